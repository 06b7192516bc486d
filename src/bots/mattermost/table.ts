import { oneLine } from '../../harmless-text.ts';
import type { ReplyTable } from '../../replies/reply.ts';
import { cutRows, cutText } from '../truncate.ts';
import { link, plain } from './markdown.ts';

/** Rows that anybody reads in a chat. */
const mostRows = 100;
const mostCell = 200;

/** A Markdown table of the rows that fit, and a line that counts the others; empty when not even one does. */
export function markdownTable(table: ReplyTable, room: number): string {
  const { columns, numbers = {}, rows } = table;
  const head = [rowOf(columns.map((name) => cell(name))), rowOf(columns.map((_, at) => (numbers[at] ? '--:' : '---')))];
  const lines = rows.slice(0, mostRows).map((_, at) => rowOf(columns.map((__, column) => cellOf(table, at, column))));
  const { rows: fitting } = cutRows(lines, room - head.join('\n').length - 40, ({ length }) => length + 1);
  if (fitting.length === 0 && rows.length > 0) return rows.length === 1 ? '' : `… ${rows.length} rows`;
  const left = rows.length - fitting.length;
  return [...head, ...fitting, ...(left > 0 ? ['', `… ${left} more`] : [])].join('\n');
}

function rowOf(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cellOf({ links, rows }: ReplyTable, row: number, column: number): string {
  const text = rows[row]?.[column] ?? '';
  const url = links?.[column]?.[row];
  return url === undefined ? cell(text) : link(cutText(oneLine(text), mostCell), url);
}

function cell(text: string): string {
  return plain(cutText(oneLine(text), mostCell)) || '–';
}
