import { styleText } from 'node:util';
import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { oneLine } from '../../harmless-text.ts';

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

/** Cuts to `width` columns; an ellipsis says so. */
export function fit(text: string, width: number): string {
  return stringWidth(text) <= width ? text : `${sliceAnsi(text, 0, Math.max(0, width - 1))}…`;
}

/**
 * Breaks one line into lines of at most `width` columns, between words where there are any. The blanks at the
 * breaks go, unless they are to be kept.
 */
export function wrap(line: string, width: number, { keepBlanks = false } = {}): string[] {
  const spaced = line.replaceAll('\t', '    ');
  if (stringWidth(spaced) <= width) return [spaced];
  return wrapAnsi(spaced, width, { hard: true, trim: !keepBlanks }).split('\n');
}

/** Columns as wide as their widest cell; the widest column gives way until a row fits `width`. */
export function table(columns: string[], rows: string[][], width: number, paint: Paint): string[] {
  const all = [columns, ...rows].map((row) => row.map(oneLine));
  const widths = columns.map((_, at) => Math.max(...all.map((row) => stringWidth(row[at] ?? ''))));
  const gap = 2;
  const total = () => widths.reduce((sum, one) => sum + one + gap, -gap);
  while (total() > width && Math.max(...widths) > 8) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return all.map((row, index) => {
    const line = row
      .map((cell, at) => pad(fit(cell, widths[at] ?? 0), widths[at] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd();
    return index === 0 ? paint('dim', fit(line, width)) : fit(line, width);
  });
}

/** Blanks up to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}
