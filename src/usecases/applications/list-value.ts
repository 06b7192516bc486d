import { UsageError } from '../../errors.ts';

/**
 * Lists in settings: entries are separated by commas. A comma inside braces belongs to its entry
 * (`*.{ts,tsx}`), and so does one after a backslash. An entry may stand in double quotes, within which `\"` is a
 * quote and `\\` a backslash: `"FLAGS=a,B=c",NODE_ENV=production`. Blanks around entries and empty entries are dropped.
 * @throws {UsageError} when a quote is not closed.
 */
export function splitList(name: string, value: string): string[] {
  const { depth, entries } = split(name, value, true);
  // A brace that stays open is a character like any other.
  return depth === 0 ? entries : split(name, value, false).entries;
}

/** The list as `splitList` reads it. */
export function joinList(entries: readonly string[]): string {
  return entries
    .map((entry) => (isPlain(entry) ? entry : `"${entry.replaceAll(/["\\]/g, String.raw`\$&`)}"`))
    .join(',');
}

function isPlain(entry: string): boolean {
  if (entry === '' || entry.startsWith('"') || entry.trim() !== entry || entry.endsWith('\\')) return false;
  const { depth, entries } = split('', entry, true);
  return depth === 0 ? entries.length === 1 : !/[,{}]/.test(entry);
}

const quotedEntry = /\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/sy;

function split(name: string, value: string, braces: boolean): { entries: string[]; depth: number } {
  const entries: string[] = [];
  let depth = 0;
  let from = 0;
  let at = 0;
  while (at < value.length) {
    if (at === from && /^\s*"/.test(value.slice(at, at + 50))) {
      quotedEntry.lastIndex = at;
      const [all, inside] = quotedEntry.exec(value) ?? [];
      if (all === undefined || inside === undefined) {
        throw new UsageError(
          `${name}: a quote is not closed, or something follows it. Example: \`"FLAGS=a,B=c",X=1\`.`,
        );
      }
      entries.push(inside.replaceAll(/\\(["\\])/g, '$1'));
      at += all.length;
      from = at;
      continue;
    }
    const char = value[at];
    if (char === '\\') at += 1;
    else if (braces && char === '{') depth += 1;
    else if (braces && char === '}') depth = Math.max(0, depth - 1);
    else if (char === ',' && depth === 0) {
      entries.push(value.slice(from, at).trim());
      from = at + 1;
    }
    at += 1;
  }
  if (from < value.length) entries.push(value.slice(from).trim());
  return { entries: entries.filter((one) => one !== ''), depth };
}
