/** Characters as people count them: a cut never falls inside one (an emoji, a letter with its accents). */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** At most `limit` UTF-16 units, which is how platforms count; what was cut ends in `…`. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text.slice(0, limit + 64))) {
    if (kept.length + segment.length > limit - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/**
 * The last lines that fit `limit`, under a line that says how many are missing: of a log the end matters. A single line
 * that is too long is cut itself.
 */
export function cutLog(code: string, limit: number, where = 'open the log'): string {
  if (code.length <= limit) return code;
  const lines = code.split('\n');
  const kept: string[] = [];
  const note = (missing: number) => `… ${missing} more ${missing === 1 ? 'line' : 'lines'}: ${where}`;
  let room = limit - note(lines.length).length - 1;
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    if (line.length + 1 > room) {
      lines.push(line);
      break;
    }
    kept.unshift(line);
    room -= line.length + 1;
  }
  if (kept.length === 0) return cutText(lines.at(-1) ?? '', limit);
  return [note(lines.length), ...kept].join('\n');
}

/** The first rows that fit, and a sentence about those that do not; `measure` is what a row takes of `limit`. */
export function cutRows<T>(
  rows: readonly T[],
  limit: number,
  measure: (row: T) => number,
): { rows: T[]; more: string } {
  let room = limit;
  const fitting = rows.findIndex((row) => (room -= measure(row)) < 0);
  if (fitting === -1) return { rows: [...rows], more: '' };
  return { rows: rows.slice(0, fitting), more: `… ${rows.length - fitting} more` };
}
