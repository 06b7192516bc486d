import { UsageError } from '../../errors.ts';
import { splitList } from './list-value.ts';
import { checkGlobs, type GlobKind } from '../../patterns/glob-list.ts';
import { PatternError } from '../../patterns/pattern-error.ts';
import { checkRef } from '../../git/check-arguments.ts';
import { anyDuration, readDuration } from '../../units/durations.ts';
import { anySize, readSize } from '../../units/sizes.ts';
import { quoted } from '../../quoted.ts';
import { builders } from '../../swarm/images/builders.ts';
import { anyOf } from '../../word-lists.ts';

/** Checks of what people write into settings. Each returns the value to keep. @throws {UsageError} */

export function wholeNumber(name: string, value: string, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`${name}: ${quoted(value)} is not a whole number from ${min} to ${max}.`);
}

export function yesOrNo(name: string, value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new UsageError(`${name}: ${quoted(value)} is not \`true\` or \`false\`.`);
}

export function duration(name: string, value: string): string {
  readDuration(value, { ...anyDuration, examples: ['30s', '500ms', '1m30s'] }, name);
  return value;
}

/** A line of a shell. */
export function commandLine(name: string, value: string): string {
  if (value.length <= 1_000 && !/[\u0000-\u001f\u007f]/.test(value)) return value;
  throw new UsageError(`${name}: a command is one line of at most 1000 characters. Put a longer one in a script.`);
}

/** A line of a shell, or a JSON list of words. */
export function programLine(name: string, value: string): string {
  const line = commandLine(name, value);
  if (line.trimStart().startsWith('[')) wordList(name, line);
  return line;
}

export function releaseTimeout(name: string, value: string): string {
  readDuration(value, { least: '1s', most: '1d', examples: ['10m', '1h'] }, name);
  return value;
}

/** Bounded below, so that a git server is not asked all the time. */
export function pollInterval(name: string, value: string): string {
  readDuration(value, { least: '1m', most: '7d', examples: ['5m', '1h'] }, name);
  return value;
}

export function memory(name: string, value: string): string {
  readSize(value, { ...anySize, least: '1B', examples: ['512M', '2G'] }, name);
  return value;
}

export function cpus(name: string, value: string): string {
  if (/^\d+(\.\d{1,9})?$/.test(value) && Number(value) > 0) return value;
  throw new UsageError(`${name}: ${quoted(value)} is not a number of CPUs. Examples: \`0.5\`, \`2\`.`);
}

/** A `/`-separated path that stays inside the repository. */
export function pathInside(name: string, value: string): string {
  const parts = value.split('/');
  const escapes = value.startsWith('/') || value.startsWith('-') || parts.includes('..') || /[\\\0\r\n]/.test(value);
  if (!escapes && value !== '' && value.length <= 500) return value;
  throw new UsageError(
    `${name}: ${quoted(value)}must be a path inside the repository, without \`..\` or a leading \`/\`.`,
  );
}

/** A branch name that git cannot mistake for an option. */
export function branch(_name: string, value: string): string {
  checkRef(value);
  return value;
}

export function builder(name: string, value: string): string {
  const names = builders.map((one) => one.name);
  if (names.includes(value)) return value;
  throw new UsageError(`${name}: ${quoted(value)} is not ${anyOf(names)}.`);
}

export function stageName(name: string, value: string): string {
  if (/^[a-z0-9][\w.-]{0,127}$/i.test(value)) return value;
  throw new UsageError(`${name}: ${quoted(value)} is not a valid build stage name.`);
}

/** A service of a compose file. */
export function stackServiceName(name: string, value: string): string {
  if (/^[a-zA-Z0-9][\w.-]{0,62}$/.test(value)) return value;
  throw new UsageError(`${name}: ${quoted(value)} is not a valid service name.`);
}

/** A list of globs; see `list-value.ts`. */
export function globs(name: string, value: string, kind: GlobKind): string[] {
  const all = splitList(name, value);
  try {
    if (/[\0\r\n]/.test(value)) throw new PatternError('patterns are on one line');
    checkGlobs(all, kind);
    return all;
  } catch (error) {
    if (error instanceof PatternError) throw new UsageError(`${name}: ${error.message}.`);
    throw error;
  }
}

/** The name of a profile of a compose file. */
export function profile(name: string, value: string): string {
  if (value.length <= 200 && !/[\0\r\n]/.test(value)) return value;
  throw new UsageError(`${name}: a profile is at most 200 characters long and on one line.`);
}

export function constraint(name: string, value: string): string {
  if (/^[\w.-]+\s*(==|!=)\s*[\w.:/-]+$/.test(value)) return value;
  throw new UsageError(`${name}: ${quoted(value)} is not a placement constraint. Example: \`node.labels.disk==ssd\`.`);
}

/** What an admin allows a compose file. */
export function grant(name: string, value: string): string {
  if (/^(cap:[A-Z_]+|sysctl:[\w.-]+|volume:[\w.-]+|path:\/[^\0\r\n]*)$/.test(value) && value.length <= 500)
    return value;
  throw new UsageError(
    `${name}: ${quoted(value)} is not a grant. Examples: \`cap:NET_ADMIN\`, \`sysctl:net.core.somaxconn\`, ` +
      '`path:/srv/media`, `volume:shared`.',
  );
}

/** A JSON list like `["node","check.js"]` runs directly; anything else runs in the container's shell. */
export function healthTest(name: string, value: string): string[] {
  return value.trimStart().startsWith('[') ? ['CMD', ...wordList(name, value)] : ['CMD-SHELL', value];
}

/** `["node","server.js"]` as JSON, or words separated by blanks. */
export function wordList(name: string, value: string): string[] {
  if (!value.trimStart().startsWith('[')) return value.split(/\s+/).filter((word) => word !== '');
  const words = parseJson(value);
  if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')) return words;
  throw new UsageError(`${name}: ${quoted(value)} is not a list. Example: \`["node","check.js"]\`.`);
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

export function keyValue(name: string, value: string): [string, string] {
  const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(value);
  if (match) return [match[1] ?? '', match[2] ?? ''];
  throw new UsageError(`${name}: ${quoted(value)}must be \`KEY=VALUE\`. Write an entry with a comma in double quotes.`);
}
