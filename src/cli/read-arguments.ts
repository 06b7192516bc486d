export interface CliArguments {
  /** The command line to send. */
  line: string;
  json: boolean;
  /** Undefined: wait for a deployment when a person watches. */
  wait: boolean | undefined;
  /** The last word was `-`: what is piped in takes its place. */
  stdin: boolean;
}

/** Splits off what is for the client itself, and puts the words back into one line. */
export function readArguments(args: string[]): CliArguments {
  const own = new Set(['--json', '--wait', '--no-wait']);
  const words = args.filter((word) => !own.has(word));
  const stdin = words.at(-1) === '-';
  const kept = stdin ? words.slice(0, -1) : words;
  const wait = args.includes('--no-wait') ? false : args.includes('--wait') ? true : undefined;
  return { line: kept.map(quoteForServer).join(' '), json: args.includes('--json'), wait, stdin };
}

/** The shell has taken the quotes off; the server splits the line again. */
function quoteForServer(word: string): string {
  if (word !== '' && !/[\s\\"'`“”„‘’]/.test(word)) return word;
  return `"${word.replaceAll(/[\\"“”„]/g, String.raw`\$&`)}"`;
}
