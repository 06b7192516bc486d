import { posix } from 'node:path';
import { UserError } from '../../errors.ts';
import { createPacer } from '../../patterns/pacer.ts';
import { quoted } from '../../quoted.ts';
import { compileIgnorePattern } from './ignore-pattern.ts';

const limits = { characters: 100_000, patterns: 1_000 };

/** For each pattern, whether it matches a path or a folder above it. */
export type Matches = readonly boolean[];

/** What a `.dockerignore` leaves out, folder by folder from the root. */
export interface IgnoreRules {
  /** Of the root. */
  none: Matches;
  /** @param above What was found of the folder that the path is in. */
  look(path: string, above: Matches): Promise<{ ignored: boolean; matches: Matches }>;
  /** Whether a pattern with `!` may take in something below an ignored folder. */
  mayTakeIn(folder: string): boolean;
}

interface Rule {
  isException: boolean;
  /** What every path begins with that it matches. */
  prefix: string;
  test(path: string): boolean;
}

/**
 * Reads a `.dockerignore` as Docker does: patterns begin at the root, letters are told apart by their case, and the last
 * pattern that matches a path or a folder above it decides.
 * @throws {UserError} with the line that is no pattern, or when there are too many.
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export async function readDockerignore(text: string): Promise<IgnoreRules> {
  if (text.length > limits.characters) {
    throw new UserError(`The \`.dockerignore\` has more than ${limits.characters} characters. Shorten it.`);
  }
  const rules: Rule[] = [];
  const pace = createPacer();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const pattern = cleaned(line);
    if (pattern === undefined) continue;
    rules.push(await readRule(pattern, { number: index + 1, line }));
    if (rules.length > limits.patterns) {
      throw new UserError(
        `The \`.dockerignore\` has more than ${limits.patterns} patterns. Use fewer, e.g. \`**/*.log\`.`,
      );
    }
    await pace();
  }
  const exceptions = rules.filter(({ isException }) => isException);
  return {
    none: rules.map(() => false),
    async look(path, above) {
      let ignored = false;
      const matches: boolean[] = [];
      for (const [at, { isException, test }] of rules.entries()) {
        const inherited = above[at] === true;
        // One that would change nothing is not asked, and does not count for what is below either.
        const matched = inherited || (isException === ignored && test(path));
        matches.push(matched);
        if (matched) ignored = !isException;
        const turn = pace();
        if (turn) await turn;
      }
      return { ignored, matches };
    },
    mayTakeIn: (folder) =>
      exceptions.some(({ prefix }) => prefix.startsWith(`${folder}/`) || `${folder}/`.startsWith(prefix)),
  };
}

/** Undefined for comments and empty lines. */
function cleaned(line: string): string | undefined {
  const text = line.trim();
  if (line.startsWith('#') || text === '') return undefined;
  const sign = text.startsWith('!') ? '!' : '';
  const path = text.slice(sign.length).trim();
  return path === '' ? sign : sign + cleanPath(path).replace(/^\/(?=.)/, '');
}

function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

async function readRule(pattern: string, { line, number }: { line: string; number: number }): Promise<Rule> {
  const isException = pattern.startsWith('!');
  const path = isException ? pattern.slice(1) : pattern;
  const test = path === '' ? undefined : await compileIgnorePattern(path);
  if (!test) {
    throw new UserError(
      `Line ${number} of the \`.dockerignore\` is no pattern: ${quoted(line.trim())}. Letters in brackets need their ` +
        '`]`, `\\` and `!` something behind them. Mend the line, or take it out.',
    );
  }
  const special = path.search(/[*?[\]\\]/);
  return { isException, prefix: special === -1 ? path : path.slice(0, special), test };
}
