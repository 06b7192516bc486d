import { compileLinear } from '../../patterns/linear-pattern.ts';

/**
 * A cleaned pattern of a `.dockerignore`, as Docker's own matcher takes it: patterns without wildcards by comparison,
 * those with `**` at one end by the other end, the rest as a regular expression in which only some characters of the
 * pattern are escaped. @returns undefined when it is no pattern.
 * @see https://pkg.go.dev/github.com/moby/patternmatcher
 */
export async function compileIgnorePattern(pattern: string): Promise<((path: string) => boolean) | undefined> {
  if (!isPattern(pattern)) return undefined;
  const { kind, source } = read(Array.from(pattern));
  if (kind === 'exact') return (path) => path === pattern;
  if (kind === 'beginning') {
    const beginning = pattern.slice(0, -2);
    return (path) => path.startsWith(beginning);
  }
  if (kind === 'end') {
    const end = pattern.slice(2);
    return (path) => path.endsWith(end) || (end.startsWith('/') && path === end.slice(1));
  }
  const compiled = await compileLinear(`^${source}$`);
  return compiled && ((path) => compiled.test(path));
}

interface Read {
  kind: 'exact' | 'beginning' | 'end' | 'expression';
  source: string;
}

function read(chars: readonly string[]): Read {
  let source = '';
  let kind: Read['kind'] = 'exact';
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*' && chars[at + 1] === '*') {
      const isFirst = at === 0;
      at += chars[at + 2] === '/' ? 2 : 1;
      const isLast = at + 1 >= chars.length;
      source += isLast ? '.*' : '(.*/)?';
      kind = isLast && kind === 'exact' ? 'beginning' : 'expression';
      if (isFirst) kind = 'end';
    } else if (char === '*' || char === '?') {
      source += char === '*' ? '[^/]*' : '[^/]';
      kind = 'expression';
    } else if (char === '\\') {
      at += 1;
      source += `\\${chars[at] ?? ''}`;
      kind = 'expression';
    } else {
      source += '.+()|{}$'.includes(char) ? `\\${char}` : char;
      if (char === '[' || char === ']') kind = 'expression';
    }
  }
  return { kind, source };
}

const letters = String.raw`(?:(?:\\[\s\S]|[^\\\]-])(?:-(?:\\[\s\S]|[^\\\]-]))?)+`;
const piece = new RegExp(String.raw`\\[\s\S]|\[\^${letters}\]|\[(?!\^)${letters}\]|[^\\[]`, 'uy');

/** What Go's `filepath.Match` lets through: brackets hold letters or ranges, a backslash has something behind it. */
function isPattern(pattern: string): boolean {
  let at = 0;
  while (at < pattern.length) {
    piece.lastIndex = at;
    const found = piece.exec(pattern);
    if (!found) return false;
    at += found[0].length;
  }
  return true;
}
