import type { APITextDisplayComponent } from 'discord.js';
import type { Reply } from '../../replies/reply.ts';
import { oneLine } from '../../harmless-text.ts';
import { cutRows } from '../truncate.ts';
import { logText, shrink, tableText } from './fitted.ts';
import type { ListRow } from './list-rows.ts';
import { fence, markdown, plain } from './markdown.ts';
import { moreLine, textDisplays } from './parts.ts';

const most = { fields: 25, name: 256, value: 1_024 };
/** Kept for a log that follows a table. */
const logRoom = 700;
/** For a line about what was cut, with the page's address. */
const moreRoom = 40;
/** Less is none: the head of a table takes about this. */
const leastRoom = 200;

/**
 * Fields, and what is left of a table below the rows that are listed one by one.
 * @param whole Characters that are free.
 */
export function bodyOf(reply: Reply, whole: number, listed: ListRow[]): ListRow[] {
  const { code, fields = [], page } = reply;
  if (whole < leastRoom) return listed;
  const room = whole - (code ? Math.min(logRoom, Math.floor(whole / 3)) : 0);
  const named = fields.slice(0, most.fields).map(({ name, value }) => {
    const shown = shrink(value, Math.min(most.value, Math.floor(3_000 / fields.length) + 100), markdown) || '–';
    return `**${shrink(oneLine(name), most.name, plain) || '–'}:** ${shown}`;
  });
  const spare = moreRoom + (page?.length ?? 0);
  const share = reply.table ? Math.floor(room / 2) : room;
  const { rows } = cutRows(named, share - spare, ({ length }) => length + 1);
  const missing = fields.length - rows.length;
  const above = [...rows, ...(missing > 0 ? [moreLine(missing, page)] : [])].join('\n');
  const below = tableOf(reply, room - above.length - 1 - spare, listed.length);
  if (listed.length > 0) return [...textDisplays(above), ...listed, ...textDisplays(below)];
  return textDisplays([above, below].filter(Boolean).join('\n'));
}

/** The rows of a table that are not listed above. */
function tableOf({ page, table }: Reply, room: number, listed: number): string {
  const rows = table?.rows.slice(listed) ?? [];
  if (!table || (rows.length === 0 && listed > 0)) return '';
  if (room < leastRoom) return rows.length > 0 ? moreLine(rows.length, page) : '';
  const { left, text } = tableText({ ...table, rows }, room);
  return left > 0 ? `${fence(text)}\n${moreLine(left, page)}` : fence(text);
}

/** The lines that matter. */
export function logOf(reply: Reply, room: number): APITextDisplayComponent[] {
  const failed = reply.steps?.steps.findLast(({ output }) => output !== undefined);
  const code = reply.code ?? failed?.output;
  return textDisplays(code === undefined ? '' : logText({ ...reply, code }, room));
}
