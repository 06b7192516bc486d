import { quoted } from '../quoted.ts';
import { PatternError } from './pattern-error.ts';

/** One glob stands for no more. */
const maxExpanded = 100;

/**
 * `{a,b}/{1..3}` written out. Braces without a comma or a range are letters, as a shell has them, and so are braces that
 * are not closed. @throws {PatternError} for more than 100.
 */
export function expandBraces(glob: string): string[] {
  const found = firstGroup(glob);
  if (!found) return [glob];
  const { end, start } = found;
  const rest = expandBraces(glob.slice(end + 1));
  const before = glob.slice(0, start);
  const options = found.options.flatMap(expandBraces);
  if (options.length * rest.length > maxExpanded) throw tooMany(glob);
  return options.flatMap((option) => rest.map((after) => before + option + after));
}

interface Group {
  /** Of the opening and the closing brace. */
  start: number;
  end: number;
  options: string[];
}

function firstGroup(glob: string): Group | undefined {
  for (let start = glob.indexOf('{'); start !== -1; start = glob.indexOf('{', start + 1)) {
    const group = isEscaped(glob, start) ? undefined : groupAt(glob, start);
    if (group) return group;
  }
  return undefined;
}

function groupAt(glob: string, start: number): Group | undefined {
  const options: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < glob.length; at += 1) {
    const char = glob[at];
    if (char === '\\') at += 1;
    else if (char === '{') depth += 1;
    else if (char === ',' && depth === 1) {
      options.push(glob.slice(from, at));
      from = at + 1;
    } else if (char === '}' && (depth -= 1) === 0) {
      const last = glob.slice(from, at);
      const all = options.length > 0 ? [...options, last] : range(glob, last);
      return all && { start, end: at, options: all };
    }
  }
  return undefined;
}

/** `1..5`, `a..e`. */
function range(glob: string, text: string): string[] | undefined {
  const [, from, to] = /^(\d{1,9}|[a-z])\.\.(\d{1,9}|[a-z])$/i.exec(text) ?? [];
  if (from === undefined || to === undefined || /\d/.test(from) !== /\d/.test(to)) return undefined;
  const isNumber = /\d/.test(from);
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  if (Math.abs(last - first) >= maxExpanded) throw tooMany(glob);
  const step = last < first ? -1 : 1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, at) => {
    const one = first + at * step;
    return isNumber ? String(one) : String.fromCharCode(one);
  });
}

function isEscaped(glob: string, at: number): boolean {
  let first = at;
  while (glob[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}

function tooMany(glob: string): PatternError {
  return new PatternError(`${quoted(glob)} stands for more than ${maxExpanded} patterns: use fewer braces`);
}
