import { isAbsolute, normalize } from 'node:path/posix';
import { isIP } from 'node:net';
import { z } from 'zod';
import { type DurationLimits, durationTerms, durationWithin } from './units/durations.ts';
import { type BaseImages, baseImageTable } from './config-base-images.ts';
import { type SizeLimits, sizeTerms, sizeWithin } from './units/sizes.ts';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\]|)$/;
const tlsModes = ['require', 'verify-ca', 'verify-full'];

/** Timers count at most 2^31 − 1 milliseconds, which is 24.8 days. */
const timeouts: DurationLimits = { least: '1ms', most: '24d' };
/** At least a day: anything shorter is probably a typo, and deleted data does not come back. */
const periods: DurationLimits = { least: '1d', most: '36500d' };
const sizes: SizeLimits = { least: '1B', most: '1024T' };

export const text = z.string();
export const port = z.coerce
  .number<string>('is not a number')
  .int('is not a whole number')
  .min(0)
  .max(65_535, 'is above 65535');

export const databaseUrl = text.transform((value, context) => {
  const problem = databaseUrlProblem(value);
  if (problem) context.addIssue(problem);
  return value;
});

function databaseUrlProblem(value: string): string | undefined {
  const url = URL.parse(value);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) return 'is not a PostgreSQL URL';
  const host = url.searchParams.get('host') ?? url.hostname;
  const encrypted = tlsModes.includes(url.searchParams.get('sslmode') ?? '');
  if (!host.startsWith('/') && !loopback.test(host) && !encrypted)
    return `is not on this machine and lacks TLS: add sslmode=${tlsModes.join(' or ')}`;
  return undefined;
}

export const passphrase = text.min(16, 'is shorter than 16 characters');

export const secretKeys = text.transform((value, context) => {
  const keys = value.split(',').map((key) => Buffer.from(key.trim(), 'base64'));
  if (keys.some((key) => key.length !== 32)) context.addIssue('is not base64 of 32 bytes (or several with commas)');
  return keys;
});

function amount(read: (value: string) => number | undefined, terms: string) {
  return text.transform((value, context) => {
    const found = read(value);
    if (found !== undefined) return found;
    context.addIssue(`is not ${terms}`);
    return z.NEVER;
  });
}
export const duration = amount((value) => durationWithin(value, timeouts), durationTerms(timeouts));
export const period = amount((value) => durationWithin(value, periods), durationTerms(periods));
export const size = amount((value) => sizeWithin(value, sizes), sizeTerms(sizes));

export const percents = text.transform((value, context): [warning: number, danger: number] => {
  const [warning = 0, danger = 0, ...rest] = value.split(',').map(Number);
  if (rest.length === 0 && warning > 0 && warning < danger && danger <= 100) return [warning, danger];
  context.addIssue('is not two percentages, the lower one first');
  return z.NEVER;
});

export const url = z
  .url({ protocol: /^https?$/, error: 'is not an http or https URL' })
  .transform((value) => value.replace(/\/+$/, ''));
export const domain = text.regex(
  /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i,
  'is not a domain name',
);
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export const logLevel = z.enum(logLevels, `is none of ${logLevels.join(', ')}`);
export const dockerHost = text.regex(
  /^(unix|tcp|https?|ssh):\/\/./,
  'is not a unix://, tcp://, http://, https:// or ssh:// address',
);
export const registry = text.regex(
  /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/i,
  'is not a host with an optional port and path',
);
export const slackToken = (prefix: string) => text.regex(new RegExp(`^${prefix}-.`), `does not begin with ${prefix}-`);
export const snowflake = text.regex(/^\d{15,25}$/, 'is not an application id (15 to 25 digits)');
export const image = text.regex(/^[a-z0-9][\w.:/@-]*$/i, 'is not an image reference');

/** `name=image`, separated by commas. */
export const baseImages = text.transform((value, context): BaseImages => {
  const pairs = value.split(',').map((pair) => {
    const [name = '', ...rest] = pair.trim().split('=');
    return [name, rest.join('=')] as const;
  });
  for (const [name, reference] of pairs) {
    if (!Object.hasOwn(baseImageTable, name)) context.addIssue(`names \`${name}\`, which is no base image`);
    else if (!/^[a-z0-9][\w.:/@-]*$/i.test(reference.replaceAll('{version}', '1')))
      context.addIssue(`has no image reference for \`${name}\``);
  }
  return Object.fromEntries(pairs);
});

export const commaList = text.transform((value) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean),
);

/** Absolute paths; what leads to another is resolved. */
export const hostPaths = text.transform((value, context): string[] => {
  const paths = value.split(',').map((path) => path.trim());
  if (!paths.every((path) => isAbsolute(path))) context.addIssue('is not a comma list of absolute paths');
  return paths.map((path) => normalize(path).replace(/(?<=.)\/$/, ''));
});

/** In proxy-addr's syntax. Refuses ranges that cover every address: any client could then forge its own. */
export const proxies = text.transform((value, context): string[] => {
  const entries = value.split(',').map((entry) => entry.trim());
  if (!entries.every(isNetwork)) context.addIssue('is not a comma list of addresses and networks');
  else if (entries.some((entry) => entry.endsWith('/0'))) context.addIssue('is every address there is');
  return entries;
});

function isNetwork(entry: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const family = isIP(address);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128));
}

export function count(least: number) {
  return z.coerce.number<string>('is not a number').int('is not a whole number').min(least, `is below ${least}`);
}

/** `address:port`, an IPv6 address in brackets. */
export const listenAddress = text.transform((value, context) => {
  const [, bracketed, plain, digits] = /^(?:\[([\da-f:]+)\]|([^\s:/]+)):(\d{1,5})$/i.exec(value) ?? [];
  const [host, port] = [bracketed ?? plain, Number(digits)];
  if (host !== undefined && port > 0 && port <= 65_535) return { host, port };
  context.addIssue('is not an address with a port');
  return z.NEVER;
});

/** Some authorities print base64 with `+`, `/` and padding, which stands for the same bytes. */
export const base64Url = text
  .regex(/^[\w+/-]{22,}={0,2}$/, 'is not a key in base64url')
  .transform((value) => value.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''));
