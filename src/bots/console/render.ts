import type { Reply, Tone } from '../../handlers/reply.ts';
import { fit, harmless, markdown, type Paint, painter, table } from './text.ts';

export interface RenderOptions {
  /** ANSI colours; off where the output is no terminal. */
  color: boolean;
  /** Columns. */
  width: number;
}

const marks: Record<Tone, { mark: string; style: Parameters<Paint>[0] }> = {
  info: { mark: '●', style: 'blue' },
  success: { mark: '✔', style: 'green' },
  warning: { mark: '▲', style: 'yellow' },
  danger: { mark: '✖', style: 'red' },
};

const indent = '  ';

/** A reply as lines of text for a terminal. What people wrote is made harmless first. */
export function renderReply(reply: Reply, { color, width }: RenderOptions): string[] {
  const paint = painter(color);
  const inner = Math.max(20, width - indent.length);
  const body = [
    ...textLines(reply.text, paint),
    ...fieldLines(reply, paint),
    ...(reply.table ? table(reply.table.columns, reply.table.rows, inner, paint) : []),
    ...codeLines(reply.code, inner, paint),
    ...(reply.link ? [linkLine(reply.link, paint)] : []),
    ...(reply.actions ?? []).map((action) => paint('dim', `→ ${harmless(action.command)}`)),
  ];
  const { mark, style } = marks[reply.tone];
  const title = reply.title === undefined ? undefined : paint('bold', harmless(reply.title).replaceAll('`', ''));
  const [first = '', ...rest] = title === undefined ? body : [title, ...body];
  return [`${paint(style, mark)} ${first}`, ...rest.map((line) => `${indent}${line}`.trimEnd())];
}

function textLines(text: string | undefined, paint: Paint): string[] {
  return text === undefined
    ? []
    : harmless(text)
        .split('\n')
        .map((line) => markdown(line, paint));
}

function fieldLines({ fields = [] }: Reply, paint: Paint): string[] {
  const width = Math.max(0, ...fields.map(({ name }) => name.length));
  return fields.map(
    ({ name, value }) => `${paint('dim', harmless(name).padEnd(width))}  ${markdown(harmless(value), paint)}`,
  );
}

function codeLines(code: string | undefined, width: number, paint: Paint): string[] {
  if (code === undefined) return [];
  // Lines of a log are cut to the terminal; without one they are whole, for whatever reads them.
  const lines = harmless(code).split('\n');
  return lines.map((line) => (paint('dim', line) === line ? line : fit(line, width)));
}

function linkLine({ label, url }: NonNullable<Reply['link']>, paint: Paint): string {
  const address = paint('underline', harmless(url));
  return label === url ? address : `${harmless(label)}: ${address}`;
}
