/** Part of a text, `end` not included. */
export interface Span {
  start: number;
  end: number;
}

const mark = '[redacted]';

/** The text with a mark for each span; spans that overlap are one. What begins at `limit` or later is cut off. */
export function hideSpans(text: string, spans: readonly Span[], limit = Number.POSITIVE_INFINITY): string {
  let done = '';
  let at = 0;
  for (const { start, end } of merged(spans)) {
    if (start >= limit) break;
    done += text.slice(at, start) + mark;
    at = end;
  }
  return done + text.slice(at, Math.max(at, limit));
}

function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const { start, end } of spans.toSorted((one, other) => one.start - other.start)) {
    const last = all.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else all.push({ start, end });
  }
  return all;
}
