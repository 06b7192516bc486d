export interface CliArguments {
  /** The command line to send. */
  line: string;
  json: boolean;
  /** Undefined: wait for a deployment only on a terminal. */
  wait: boolean | undefined;
  /** The last word was `-`: piped input replaces it. */
  stdin: boolean;
}

/** Splits off the client's own options and joins the other words into one line. */
export function readArguments(args: string[]): CliArguments {
  const own = new Set(['--json', '--wait', '--no-wait']);
  const words = args.filter((word) => !own.has(word));
  const stdin = words.at(-1) === '-';
  const kept = stdin ? words.slice(0, -1) : words;
  const wait = args.includes('--no-wait') ? false : args.includes('--wait') ? true : undefined;
  return { line: kept.map(quoteForServer).join(' '), json: args.includes('--json'), wait, stdin };
}

/** Restores quotes that the shell removed, since the server splits the line again. */
function quoteForServer(word: string): string {
  if (word !== '' && !/[\s\\"'`“”„‘’]/.test(word)) return word;
  return `"${word.replaceAll(/[\\"“”„]/g, String.raw`\$&`)}"`;
}
