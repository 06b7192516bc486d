import { styleText } from 'node:util';
import { oneLine } from '../../harmless-text.ts';
import { columnsOf } from './columns.ts';
import type { Reply } from '../../replies/reply.ts';
import { fit, wrap } from './wrap.ts';

type Style = Parameters<typeof styleText>[0];

/** Styles text, or leaves it plain where the output is no terminal. */
export type Paint = (style: Style, text: string) => string;

export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** `code` and **bold**; without colour the backticks stay, so that a command can be told from what is around it. */
export function markdown(text: string, paint: Paint): string {
  return text
    .replaceAll(/\*\*([^*]+)\*\*/g, (_, bold: string) => paint('bold', bold))
    .replaceAll(/`([^`]+)`/g, (whole, code: string) => (paint('cyan', '') === '' ? whole : paint('cyan', code)));
}

/**
 * Columns as wide as their widest cell; the widest column gives way until a row fits `width`.
 * @returns the header and the rows, each one line, or several where the cells are prose.
 */
export function table({ columns, prose, rows }: NonNullable<Reply['table']>, width: number, paint: Paint): string[] {
  const all = [columns, ...rows].map((row) => row.map(oneLine));
  const widths = columns.map((_, at) => Math.max(...all.map((row) => columnsOf(row[at] ?? ''))));
  const gap = 2;
  const total = () => widths.reduce((sum, one) => sum + one + gap, -gap);
  while (total() > width && Math.max(...widths) > 8) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return all.map((row, index) => {
    const cells = row.map((cell, at) => (prose ? wrap(cell, widths[at] ?? 0) : [fit(cell, widths[at] ?? 0)]));
    const lines = Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, height) =>
      cells
        .map((parts, at) => pad(parts[height] ?? '', widths[at] ?? 0))
        .join(' '.repeat(gap))
        .trimEnd(),
    ).map((line) => (index === 0 ? paint('dim', fit(line, width)) : fit(line, width)));
    return lines.join('\n');
  });
}

/** Blanks up to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}
