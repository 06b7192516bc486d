import type { Reply, ReplyTable } from '../../replies/reply.ts';
import { painter, table } from '../console/terminal-text.ts';
import { cutLog, cutRows, cutText } from '../truncate.ts';
import { fence, markdown } from './markdown.ts';
import { mostLogShown } from './message.ts';

const tableWidth = 72;
const mostTableRows = 60;
/** Longer than any column becomes. */
const mostCell = 200;
/** For the line that says how many rows are missing. */
const mostMore = 40;

/** Escaping makes text longer: it is cut until what is shown fits. */
export function shrink(text: string, room: number, show: (text: string) => string): string {
  let limit = room;
  for (;;) {
    const shown = show(cutText(text, limit));
    if (shown.length <= room || limit < 2) return shown.slice(0, room);
    limit = Math.floor(limit * Math.min(0.9, room / shown.length));
  }
}

/** What people read of a reply's sentences. */
export function sentences(text: string, room: number): string {
  return shrink(text, room, markdown);
}

/** Aligned lines in a fence; `left` rows did not fit. */
export function tableText(whole: ReplyTable, room: number): { text: string; left: number } {
  const cells = whole.rows.slice(0, mostTableRows).map((row) => row.map((cell) => cutText(cell, mostCell)));
  const [header = '', ...lines] = table({ ...whole, rows: cells }, tableWidth, painter(false));
  const { rows } = cutRows(lines, room - fence(header).length - mostMore, (line) => fence(line).length - 7);
  return { text: [header, ...rows].join('\n'), left: whole.rows.length - rows.length };
}

/** The end of a log in a fence, within `room`. */
export function logText({ code = '' }: Reply, room: number): string {
  const whole = code.replace(/\n+$/, '');
  if (!whole) return '';
  const most = Math.min(room, mostLogShown);
  for (let limit = most - 10; limit > 20; limit = Math.floor(limit * 0.8)) {
    const shown = fence(cutLog(whole, limit));
    if (shown.length <= most) return shown;
  }
  return '';
}
