import { quoted } from '../quoted.ts';
import { expandBraces } from './braces.ts';
import { globSource } from './glob.ts';
import { compileLinear, type LinearPattern } from './linear-pattern.ts';
import { createPacer } from './pacer.ts';
import { PatternError } from './pattern-error.ts';

const limits = { entries: 50, characters: 200, whole: 20_000 };

/** Characters of texts times characters of patterns; at most a few seconds, in turns with everything else. */
const maxWork = 200_000_000;

/** What the globs of a list are matched with. */
export type GlobKind = 'paths' | 'names';

/** Globs that are looked at in their order: the last one that matches decides, and one with `!` decides against. */
export interface GlobList {
  /** Whether it matches one of the texts; undefined when that is too much work to tell. */
  matchesAny(texts: Iterable<string>): Promise<boolean | undefined>;
}

interface Entry {
  isNegated: boolean;
  /** What every text that matches begins with. */
  prefix: string;
  size: number;
  pattern: LinearPattern;
}

/** @throws {PatternError} with what is wrong with which one. */
export function checkGlobs(globs: readonly string[], kind: GlobKind): void {
  if (globs.length > limits.entries) throw new PatternError(`at most ${limits.entries} patterns, not ${globs.length}`);
  const whole = globs.reduce((sum, glob) => sum + sourceOf(glob, kind).length, 0);
  if (whole > limits.whole)
    throw new PatternError('the patterns are too long together: use fewer of them, and fewer braces');
}

/**
 * Of `paths`, an entry that ends with a slash, or with a name without `*` and `?`, means the folder and all below it; a
 * slash at its beginning means the root, where paths begin in any case.
 * @throws {PatternError} as `checkGlobs`.
 */
export async function readGlobs(globs: readonly string[], kind: GlobKind): Promise<GlobList> {
  checkGlobs(globs, kind);
  const entries = await Promise.all(globs.map((glob) => readEntry(glob, kind)));
  // A list of nothing but exceptions is about everything else.
  const otherwise = entries[0]?.isNegated ?? false;
  const backwards = entries.toReversed();
  return {
    async matchesAny(texts) {
      const pace = createPacer();
      let work = 0;
      for (const text of texts) {
        let decided = otherwise;
        for (const { isNegated, pattern, prefix, size } of backwards) {
          if (!text.startsWith(prefix)) continue;
          work += (text.length + 1) * size;
          if (work > maxWork) return undefined;
          const turn = pace();
          if (turn) await turn;
          if (!pattern.test(text)) continue;
          decided = !isNegated;
          break;
        }
        if (decided) return true;
      }
      return false;
    },
  };
}

async function readEntry(glob: string, kind: GlobKind): Promise<Entry> {
  const source = sourceOf(glob, kind);
  const pattern = await compileLinear(source);
  if (!pattern) throw new PatternError(`${quoted(glob)} is no pattern`);
  return { isNegated: glob.startsWith('!'), prefix: prefixOf(anchored(glob, kind)), size: source.length, pattern };
}

function sourceOf(glob: string, kind: GlobKind): string {
  if (glob.length > limits.characters) {
    throw new PatternError(`a pattern has at most ${limits.characters} characters, not ${glob.length}`);
  }
  const expanded = expandBraces(anchored(glob, kind));
  return `(?s)^(?:${expanded.map((one) => (kind === 'paths' ? pathSource(one) : globSource(one))).join('|')})$`;
}

/** Without what says that it is an exception, and where it begins. */
function anchored(glob: string, kind: GlobKind): string {
  const positive = glob.startsWith('!') ? glob.slice(1) : glob;
  return kind === 'paths' ? positive.replace(/^(?:\.?\/)+/, '') : positive;
}

function pathSource(glob: string): string {
  if (glob === '' || glob === '.') return '.*';
  const name = glob.replace(/\/+$/, '');
  const last = name.slice(name.lastIndexOf('/') + 1).replaceAll(/\\./g, '');
  const isFolder = name !== glob || !/[*?]/.test(last);
  return isFolder ? `${globSource(name)}(?:/.*)?` : globSource(glob);
}

function prefixOf(glob: string): string {
  if (glob === '.') return '';
  const fixed = /^[^*?[{(@+!\\]*/.exec(glob)?.[0] ?? '';
  // Where something follows that may stand for nothing, the slash before it may be missing, too.
  return fixed.replace(/\/+$/, '');
}
