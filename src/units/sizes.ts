import prettyBytes from 'pretty-bytes';
import { UsageError } from '../errors.ts';
import { quoted } from '../quoted.ts';

/**
 * Sizes as people write and read them; docs/units.md has the grammar. Everything inside is bytes.
 *
 * Read by own code: `bytes` takes `512M`, as the Docker CLI writes it, for 512 bytes.
 */
const pattern = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])(?:i?b)?|b)?$/i;
const prefixes = ['', 'k', 'm', 'g', 't', 'p'];

/** What a place accepts, in the grammar itself so that messages can name it. */
export interface SizeLimits {
  least: string;
  most: string;
  /** What a number without a unit counts; without it, such a number is refused. */
  bare?: 'B' | 'GiB';
  /** Shown when a size is refused; default: `512M`, `1.5G`. */
  examples?: string[];
}

/** Where nothing but the grammar limits what is written; beyond it numbers are no longer exact. */
export const anySize: SizeLimits = { least: '0B', most: '1024T', bare: 'B' };

/** Bytes of `512M`, `1.5G` or `64MiB`: powers of 1024, as Docker counts memory. Undefined when the text is no size. */
export function parseSize(text: string): number | undefined {
  const [, amount, prefix = ''] = pattern.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * 1024 ** prefixes.indexOf(prefix.toLowerCase()));
}

/** @returns bytes. @throws {UsageError} with the limits, after the name of the setting when there is one. */
export function readSize(text: string, limits: SizeLimits, setting?: string): number {
  const bytes = sizeWithin(text, limits);
  if (bytes !== undefined) return bytes;
  const examples = (limits.examples ?? ['512M', '1.5G']).map((one) => `\`${one}\``).join(', ');
  const prefix = setting === undefined ? '' : `${setting}: `;
  throw new UsageError(`${prefix}${quoted(text)} is not ${sizeTerms(limits)}. Examples: ${examples}.`);
}

/** Bytes, or undefined when the text is no size within the limits. */
export function sizeWithin(text: string, { bare, least, most }: SizeLimits): number | undefined {
  const isBare = /^[\d.]+$/.test(text.trim());
  if (isBare && bare === undefined) return undefined;
  const bytes = parseSize(isBare ? `${text.trim()}${bare}` : text);
  return bytes !== undefined && bytes >= limitBytes(least) && bytes <= limitBytes(most) ? bytes : undefined;
}

/** e.g. `a size from 1M to 1T`, with the limits in backticks. */
export function sizeTerms({ least, most }: SizeLimits): string {
  return `a size from \`${least}\` to \`${most}\``;
}

/** `12.3 MiB`: three digits and powers of 1024, with the units that say so. */
export function formatSize(bytes: number): string {
  return prettyBytes(Math.round(bytes), { binary: true });
}

/** Of planned sizes, which are whole GB: `20 GiB`. */
export function formatGb(gb: number): string {
  return formatSize(gb * 1024 ** 3);
}

function limitBytes(limit: string): number {
  const bytes = parseSize(limit);
  if (bytes === undefined) throw new Error(`The limit ${limit} is not a size`);
  return bytes;
}
