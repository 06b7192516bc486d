import { UsageError } from '../errors.ts';

export interface CliArguments {
  /** The command line to send. */
  line: string;
  json: boolean;
  /** Undefined: wait for a deployment only on a terminal. */
  wait: boolean | undefined;
  /** What follows the line: `-` as the last word is piped input, `--file` a file. */
  attached: 'stdin' | { file: string } | undefined;
}

/**
 * Splits off the client's own options, which stand before a `--`, and joins the other words into one line.
 * @throws {UsageError} when `--file` names none.
 */
export function readArguments(args: string[]): CliArguments {
  const end = args.indexOf('--');
  const { file, words: before } = takeFile(end === -1 ? args : args.slice(0, end));
  const own = new Set(['--json', '--wait', '--no-wait']);
  const words = before.filter((word) => !own.has(word));
  const behind = end === -1 ? [] : behindDashes(words[0], args.slice(end + 1));
  const all = [...words, ...behind];
  const piped = end === -1 && all.at(-1) === '-';
  const kept = piped ? all.slice(0, -1) : all;
  const wait = before.includes('--no-wait') ? false : before.includes('--wait') ? true : undefined;
  const attached = file === undefined ? (piped ? 'stdin' : undefined) : { file };
  return { line: kept.map(quoteForServer).join(' '), json: before.includes('--json'), wait, attached };
}

function takeFile(args: string[]): { file: string | undefined; words: string[] } {
  const at = args.findIndex((word) => word === '--file' || word.startsWith('--file='));
  if (at === -1) return { file: undefined, words: args };
  const joined = args[at]?.slice('--file='.length) || undefined;
  const file = joined ?? args[at + 1];
  if (file === undefined) throw new UsageError('`--file` needs a path: `shipmate env import shop/api --file .env`.');
  return { file, words: args.toSpliced(at, joined === undefined ? 2 : 1) };
}

/** A command to run gets the very words that this shell has made; a single one is a line for the other shell. */
function behindDashes(command: string | undefined, words: string[]): string[] {
  const isLine = command === 'run' && words.length > 1;
  return ['--', ...(isLine ? [words.map(quoteForShell).join(' ')] : words)];
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Restores quotes that the shell removed, since the server splits the line again. */
function quoteForServer(word: string): string {
  if (word !== '' && !/[\s\\"'`“”„‘’]/.test(word)) return word;
  return `"${word.replaceAll(/[\\"“”„]/g, String.raw`\$&`)}"`;
}
