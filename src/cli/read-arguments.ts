export interface CliArguments {
  /** The command line to send. */
  line: string;
  json: boolean;
  /** Undefined: wait for a deployment only on a terminal. */
  wait: boolean | undefined;
  /** The last word was `-`: piped input replaces it. */
  stdin: boolean;
}

/** Splits off the client's own options, which stand before a `--`, and joins the other words into one line. */
export function readArguments(args: string[]): CliArguments {
  const own = new Set(['--json', '--wait', '--no-wait']);
  const end = args.indexOf('--');
  const before = end === -1 ? args : args.slice(0, end);
  const words = before.filter((word) => !own.has(word));
  const behind = end === -1 ? [] : behindDashes(words[0], args.slice(end + 1));
  const all = [...words, ...behind];
  const stdin = end === -1 && all.at(-1) === '-';
  const kept = stdin ? all.slice(0, -1) : all;
  const wait = before.includes('--no-wait') ? false : before.includes('--wait') ? true : undefined;
  return { line: kept.map(quoteForServer).join(' '), json: before.includes('--json'), wait, stdin };
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
