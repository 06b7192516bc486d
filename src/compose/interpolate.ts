import { excerpt } from './excerpt.ts';

const name = /[A-Za-z_]\w*/y;
/** In braces also what a project shares: `shared.NAME`. */
const nameInBraces = /(?:shared\.)?[A-Za-z_]\w*/y;
const operator = /:?[-?+]/y;

/** Deeper than anybody writes by hand. */
const maxDepth = 20;

/** The value of a variable; undefined when it is not set. */
export type Lookup = (variable: string) => string | undefined;

/** Remaining budget of one file, since a short text can expand to gigabytes. */
export interface Budget {
  substitutions: number;
  /** Of what the variables are replaced by. */
  characters: number;
}

const wholeBudget: Readonly<Budget> = { substitutions: 10_000, characters: 5_000_000 };

export function createBudget(): Budget {
  return { ...wholeBudget };
}

interface Filling {
  text: string;
  /** Where the brace is that closes the one at an index. */
  closing: ReadonlyMap<number, number>;
  lookup: Lookup;
  onMissing: (variable: string) => void;
  budget: Budget;
}

/**
 * Fills in `$NAME`, `${NAME}` and their forms with `-`, `:-`, `?`, `:?`, `+`, `:+`; `$$` is a dollar sign.
 * `onMissing` is told of variables without a value or default; they become nothing. The work is linear in the text and
 * the result. The texts of one file share a `budget` (default: one of its own).
 * @throws {Error} with the reason when it cannot be read, a required variable is not set, or a limit is passed.
 * @see https://docs.docker.com/reference/compose-file/interpolation/
 */
export function interpolate(
  text: string,
  lookup: Lookup,
  onMissing: (variable: string) => void,
  budget = createBudget(),
): string {
  if (!text.includes('$')) return text;
  return fill({ text, closing: closingBraces(text), lookup, onMissing, budget }, { from: 0, to: text.length }, 0);
}

interface Range {
  from: number;
  to: number;
}

function fill(filling: Filling, { from, to }: Range, depth: number): string {
  if (depth > maxDepth)
    throw new Error(`variables are nested more than ${maxDepth} levels deep. Nest them less deeply.`);
  const { text } = filling;
  let done = '';
  for (let at = from; at < to;) {
    const found = text.indexOf('$', at);
    const dollar = found === -1 || found >= to ? to : found;
    done += text.slice(at, dollar);
    at = dollar + 1;
    if (dollar === to) break;
    if (at < to && text[at] === '$') {
      done += '$';
      at += 1;
    } else if (at < to && text[at] === '{') {
      const end = filling.closing.get(at);
      if (end === undefined) throw new Error(`\`${excerpt(text.slice(at - 1))}\` lacks its closing brace.`);
      done += braced(filling, { from: at + 1, to: end }, depth);
      at = end + 1;
    } else {
      const variable = wordAt(name, text, at);
      done += variable ? valueOf(filling, variable) : '$';
      at += variable.length;
    }
  }
  return done;
}

function valueOf(filling: Filling, variable: string): string {
  const value = filling.lookup(variable);
  if (value === undefined) filling.onMissing(variable);
  return spend(filling.budget, value ?? '');
}

/** The inside of the braces. */
function braced(filling: Filling, { from, to }: Range, depth: number): string {
  const { budget, lookup, text } = filling;
  const variable = wordAt(nameInBraces, text, from);
  const after = from + variable.length;
  const how = after < to ? wordAt(operator, text, after) : '';
  if (!variable || (!how && after !== to)) {
    throw new Error(`\`\${${excerpt(text.slice(from, to))}}\` is not a variable. Write a dollar sign as \`$$\`.`);
  }
  if (!how) return valueOf(filling, variable);
  const value = lookup(variable);
  const isThere = value !== undefined && !(how.startsWith(':') && value === '');
  const other = () => {
    spend(budget, '');
    return fill(filling, { from: after + how.length, to }, depth + 1);
  };
  if (how.endsWith('+')) return isThere ? other() : '';
  if (isThere) return spend(budget, value);
  if (how.endsWith('-')) return other();
  throw new Error(
    `the variable ${variable} is required: ${excerpt(other()) || 'it is not set'}. Set it with \`env set\`.`,
  );
}

function spend(budget: Budget, value: string): string {
  budget.substitutions -= 1;
  budget.characters -= value.length;
  if (budget.substitutions < 0) {
    throw new Error(`the file substitutes variables more than ${wholeBudget.substitutions} times. Split it up.`);
  }
  if (budget.characters < 0) {
    throw new Error(
      `the substituted variables of the file exceed ${wholeBudget.characters / 1_000_000} million characters. ` +
        'Use `env_file` or `configs` for long texts.',
    );
  }
  return value;
}

function wordAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/**
 * Every brace after a dollar sign with the one that closes it. Braces inside one belong together, as in `${NAME:-{}}`,
 * unless one stays open: then it is a character like any other, as in `${NAME:-{}`.
 */
function closingBraces(text: string): Map<number, number> {
  return (
    paired(text, (at, open) => open > 0 || text[at - 1] === '$') ?? paired(text, (at) => text[at - 1] === '$', true)
  );
}

function paired(text: string, counts: (at: number, open: number) => boolean, anyway: true): Map<number, number>;
function paired(text: string, counts: (at: number, open: number) => boolean): Map<number, number> | undefined;
/** In one pass; undefined when a brace stays open, unless that does not matter. */
function paired(text: string, counts: (at: number, open: number) => boolean, anyway = false) {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (let at = text.indexOf('${'); at !== -1 && at < text.length; at += 1) {
    if (text[at] === '{' && counts(at, open.length)) open.push(at);
    else if (text[at] === '}') {
      const opened = open.pop();
      if (opened !== undefined) closing.set(opened, at);
    }
  }
  return open.length === 0 || anyway ? closing : undefined;
}
