import { quoted } from '../quoted.ts';
import { literal } from './linear-pattern.ts';
import { PatternError } from './pattern-error.ts';

/**
 * A glob without braces as the source of a pattern: `*` and `?` within a segment, `**` over any number of segments,
 * `[a-z]`, and groups such as `@(a|b)` and `+(a)`. Names of files that have brackets and parentheses, as some frameworks
 * give them (`[id]`, `(shop)`, `+page@(shop).svelte`), are also taken as they are.
 * @throws {PatternError}
 */
export function globSource(glob: string): string {
  let source = '';
  for (let at = 0; at < glob.length;) {
    const { length, text } = pieceAt(glob, at);
    source += text;
    at += length;
  }
  return source;
}

/** A part of a glob: how many characters it has, and what it is in a pattern. */
interface Piece {
  length: number;
  text: string;
}

function pieceAt(glob: string, at: number): Piece {
  const char = String.fromCodePoint(glob.codePointAt(at) ?? 0);
  if (char === '\\' && at + 1 < glob.length) {
    const escaped = String.fromCodePoint(glob.codePointAt(at + 1) ?? 0);
    return { length: 1 + escaped.length, text: literal(escaped) };
  }
  const special = segments(glob, at) ?? group(glob, at);
  if (special) return special;
  if (char === '*') return { length: /^\*+/.exec(glob.slice(at))?.[0].length ?? 1, text: '[^/]*' };
  if (char === '?') return { length: 1, text: '[^/]' };
  return (char === '[' ? letters(glob, at) : undefined) ?? { length: char.length, text: literal(char) };
}

/** `**` between slashes, with those slashes that go when it stands for no segment at all. */
function segments(glob: string, at: number): Piece | undefined {
  if (at === 0 && glob === '**') return { length: 2, text: '.*' };
  if (glob.startsWith('/**', at) && at + 3 === glob.length) {
    // `src/**` is also what `src` itself becomes; `packages/*/**` is nothing that lies beside the packages.
    return { length: 3, text: glob[at - 1] === '*' ? '/.*' : '(?:/.*)?' };
  }
  const begins = at === 0 || glob[at - 1] === '/';
  return begins && glob.startsWith('**/', at) ? { length: 3, text: '(?:.*/)?' } : undefined;
}

const repeats: Record<string, string> = { '@': '', '?': '?', '*': '*', '+': '+' };

/** `@(a|b)` and its siblings; `(a|b)` alone. */
function group(glob: string, at: number): Piece | undefined {
  const sign = glob[at] === '(' ? '' : (glob[at] ?? '');
  const open = at + sign.length;
  const isNegated = sign === '!';
  if (glob[open] !== '(' || !(sign === '' || isNegated || sign in repeats)) return undefined;
  const { end, options } = optionsAt(glob, open);
  // Without a choice it is part of a name.
  if (end === undefined || (sign === '' && options.length === 1)) return undefined;
  if (isNegated) {
    throw new PatternError(`${quoted(glob)}: \`!(…)\` is not understood. Add an entry that begins with \`!\` instead`);
  }
  const whole = glob.slice(at, end + 1);
  const choice = `(?:${options.map(globSource).join('|')})${repeats[sign] ?? ''}`;
  const isName = sign === '@' || sign === '+';
  return { length: whole.length, text: isName ? `(?:${choice}|${literal(whole)})` : choice };
}

function optionsAt(glob: string, open: number): { end?: number; options: string[] } {
  const options: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < glob.length; at += 1) {
    if (glob[at] === '\\') at += 1;
    else if (glob[at] === '(') depth += 1;
    else if (glob[at] === '|' && depth === 1) {
      options.push(glob.slice(from, at));
      from = at + 1;
    } else if (glob[at] === ')' && (depth -= 1) === 0) return { end: at, options: [...options, glob.slice(from, at)] };
  }
  return { options };
}

/** One of some letters, `[a-z]` or `[!a-z]`; or a name in brackets. */
function letters(glob: string, at: number): Piece | undefined {
  const [whole, not, inside = ''] = /^\[([!^]?)(\]?[^\]]*)\]/.exec(glob.slice(at)) ?? [];
  if (whole === undefined || inside === '' || inside.includes('/')) return undefined;
  const ranges = inside.replaceAll(
    /([^\\])-([^\\])|\\(.)|(.)/gsu,
    (all, first?: string, last?: string, escaped?: string) => {
      if (first === undefined || last === undefined) return literalLetter(escaped ?? all);
      return first <= last
        ? `${literalLetter(first)}-${literalLetter(last)}`
        : Array.from(all, (char) => literalLetter(char)).join('');
    },
  );
  return { length: whole.length, text: `(?:[${not ? '^/' : ''}${ranges}]|${literal(whole)})` };
}

function literalLetter(char: string): string {
  return /[\\^\-[\]&~]/.test(char) ? `\\${char}` : char;
}
