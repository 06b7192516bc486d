import { UsageError } from '../errors.ts';
import { quoted } from '../quoted.ts';

/**
 * Durations as people write and read them; docs/units.md has the grammar. Everything inside is milliseconds.
 *
 * Own code, since the libraries guess: `parse-duration` reads `1h foo 30x` as an hour and `5` as 5 ms, and `ms` does not
 * know `1h30m`. `pretty-ms` cuts off instead of rounding (`1m 59.9s`).
 */
const unitMs: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** Longest accepted text: beyond it, matching would take quadratic time. */
const longest = 100;
const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)/gi;
interface ShownUnit {
  unit: string;
  ms: number;
}
const second: ShownUnit = { unit: 's', ms: 1_000 };
const shownUnits: readonly ShownUnit[] = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'min', ms: 60_000 },
  second,
];

/** What a place accepts, in the grammar itself so that messages can name it. */
export interface DurationLimits {
  least: string;
  most: string;
  /** Only whole multiples of it. */
  whole?: 'second' | 'minute';
  /** Shown when a duration is refused; default: `30s`, `1h30m`. */
  examples?: string[];
}

/** Where nothing but the grammar limits what is written; a century is more than the Engine or a date can be asked for. */
export const anyDuration: DurationLimits = { least: '0s', most: '36500d' };

/** Milliseconds of `90s`, `1h30m` or `0`, exact to the nanosecond; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed.length > longest) return undefined;
  if (trimmed === '0') return 0;
  const parts = [...trimmed.matchAll(part)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== trimmed) return undefined;
  const total = parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * factorOf(unit), 0);
  return Math.round(total * 1e6) / 1e6;
}

/** @returns milliseconds. @throws {UsageError} with the limits, after the name of the setting when there is one. */
export function readDuration(text: string, limits: DurationLimits, setting?: string): number {
  const ms = durationWithin(text, limits);
  if (ms !== undefined) return ms;
  const examples = (limits.examples ?? ['30s', '1h30m']).map((one) => `\`${one}\``).join(', ');
  const prefix = setting === undefined ? '' : `${setting}: `;
  throw new UsageError(`${prefix}${quoted(text)} is not ${durationTerms(limits)}. Examples: ${examples}.`);
}

/** Milliseconds, or undefined when the text is no duration within the limits. */
export function durationWithin(text: string, { least, most, whole }: DurationLimits): number | undefined {
  const ms = parseDuration(text);
  if (ms === undefined || ms < limitMs(least) || ms > limitMs(most)) return undefined;
  return whole !== undefined && ms % (whole === 'second' ? 1_000 : 60_000) !== 0 ? undefined : ms;
}

/** e.g. `a duration from 1m to 31d in whole minutes`, with the limits in backticks. */
export function durationTerms({ least, most, whole }: DurationLimits): string {
  return `a duration from \`${least}\` to \`${most}\`${whole === undefined ? '' : ` in whole ${whole}s`}`;
}

/** `40 ms`, `4.2 s`, `2 min 5 s`, `4 h 12 min`, `3 d 4 h`: rounded, two units at most. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 0.5) return '0 s';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${Math.round(ms / 100) / 10} s`;
  // Rounded to the second unit first, since that may carry: 59.7 s is `1 min`, not `60 s`.
  const grain = unitsOf(ms).smaller.ms;
  const rounded = Math.round(ms / grain) * grain;
  const { larger, smaller } = unitsOf(rounded);
  const rest = Math.round((rounded % larger.ms) / smaller.ms);
  return `${Math.floor(rounded / larger.ms)} ${larger.unit}${rest > 0 ? ` ${rest} ${smaller.unit}` : ''}`;
}

/** `3 min`; the largest unit that fits, rounded down, as people say how long ago something was. */
export function formatAge(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  const { larger } = unitsOf(ms);
  return `${Math.floor(ms / larger.ms)} ${larger.unit}`;
}

/** The largest unit that fits, and the one below it; seconds are the smallest. */
function unitsOf(ms: number): { larger: ShownUnit; smaller: ShownUnit } {
  const at = shownUnits.findIndex((one) => ms >= one.ms);
  const larger = shownUnits[at] ?? second;
  return { larger, smaller: (at < 0 ? undefined : shownUnits[at + 1]) ?? second };
}

function factorOf(unit: string): number {
  return unitMs[unit.toLowerCase()] ?? Number.NaN;
}

function limitMs(limit: string): number {
  const ms = parseDuration(limit);
  if (ms === undefined) throw new Error(`The limit ${limit} is not a duration`);
  return ms;
}

/** A rough forecast, to a quarter of an hour: `3 h`, `45 min`; at least `15 min`. */
export function formatHours(hours: number): string {
  return formatDuration(Math.max(1, Math.round(hours * 4)) * 15 * 60_000);
}
