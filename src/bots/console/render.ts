import type { Reply, Tone } from '../../replies/reply.ts';
import { harmless, oneLine } from '../../harmless-text.ts';
import { chartLines } from './chart-lines.ts';
import { columnsOf } from './columns.ts';
import { markdown, pad, type Paint, painter, table } from './terminal-text.ts';
import { wrap } from './wrap.ts';

export interface RenderOptions {
  /** ANSI colours; off where the output is no terminal. */
  color: boolean;
  /** Columns. */
  width: number;
}

interface Canvas {
  paint: Paint;
  color: boolean;
  /** Columns within the indentation. */
  width: number;
}

const marks: Record<Tone, { mark: string; style: Parameters<Paint>[0] }> = {
  info: { mark: '●', style: 'blue' },
  success: { mark: '✔', style: 'green' },
  warning: { mark: '▲', style: 'yellow' },
  danger: { mark: '✖', style: 'red' },
};

const indent = '  ';
const narrowest = 20;
const narrowestValue = 8;

/** A reply as lines of text for a terminal. What people wrote is made harmless first. */
export function renderReply(reply: Reply, { color, width }: RenderOptions): string[] {
  const paint = painter(color);
  const canvas = { paint, color, width: Math.max(narrowest, width - indent.length) };
  const body = [
    ...textLines(reply.text, canvas),
    ...fieldLines(reply, canvas),
    ...(reply.table ? table(reply.table, canvas.width, paint).flatMap((row) => row.split('\n')) : []),
    ...codeLines(reply.code, canvas),
    ...(reply.fieldsDraw ? [] : (reply.charts ?? [])).flatMap((chart) => chartLines(chart, canvas.width, paint)),
    ...(reply.picture && !reply.charts
      ? wrap(oneLine(reply.picture.alt), canvas.width).map((line) => paint('dim', line))
      : []),
    ...(reply.link ? [linkLine(reply.link, paint)] : []),
    ...(reply.actions ?? []).map(({ command }) => paint('dim', `→ ${oneLine(command)}`)),
  ];
  const { mark, style } = marks[reply.tone];
  const title = reply.title === undefined ? [] : wrap(oneLine(reply.title).replaceAll('`', ''), canvas.width);
  const [first = '', ...rest] = [...title.map((line) => paint('bold', line)), ...body];
  return [`${paint(style, mark)} ${first}`.trimEnd(), ...rest.map((line) => `${indent}${line}`.trimEnd())];
}

function textLines(text: string | undefined, { paint, width }: Canvas): string[] {
  if (text === undefined) return [];
  return harmless(text)
    .split('\n')
    .flatMap((line) => wrap(markdown(line, paint), width));
}

function fieldLines({ fields = [] }: Reply, { paint, width }: Canvas): string[] {
  const rows = fields.map(({ name, value }) => ({ name: oneLine(name), value: harmless(value) }));
  const column = Math.max(0, ...rows.map(({ name }) => columnsOf(name))) + 2;
  return rows.flatMap(({ name, value }) => {
    const lines = value
      .split('\n')
      .flatMap((line) => wrap(markdown(line, paint), Math.max(narrowestValue, width - column)));
    return lines.map((line, at) => `${paint('dim', pad(at === 0 ? name : '', column))}${line}`);
  });
}

/** Behind a bar on a terminal; as they are for whatever else reads them. */
function codeLines(code: string | undefined, { paint, color, width }: Canvas): string[] {
  if (code === undefined) return [];
  const lines = harmless(code).replace(/\n+$/, '').split('\n');
  return color
    ? lines.flatMap((line) => wrap(line, width - 2, { keepBlanks: true })).map((line) => `${paint('dim', '│')} ${line}`)
    : lines;
}

function linkLine({ label, url }: NonNullable<Reply['link']>, paint: Paint): string {
  const address = paint('underline', oneLine(url));
  return label === url ? address : `${oneLine(label)}: ${address}`;
}
