import { oneLine } from '../../harmless-text.ts';
import type { ReplyChart } from '../../replies/reply.ts';
import { sparkline, squeeze } from '../../replies/sparkline.ts';
import { columnsOf } from './columns.ts';
import { pad, type Paint } from './terminal-text.ts';
import { fit } from './wrap.ts';

/** Columns of a series' name. */
const widestName = 20;
const narrowest = 8;
/** Room for the range behind a line. */
const rangeWidth = 24;

/** A chart in block characters: one line for each series, from the first category to the last. */
export function chartLines(
  { categories, series, title, unit = '' }: ReplyChart,
  width: number,
  paint: Paint,
): string[] {
  const names = series.map(({ name }) => fit(oneLine(name), widestName));
  const column = Math.max(0, ...names.map(columnsOf)) + 2;
  const room = Math.max(narrowest, width - column - rangeWidth);
  const rows = series.map(({ values }, at) => {
    const most = Math.max(...values);
    const range = values.length === 0 ? '' : `  ${shown(Math.min(...values))}–${shown(most)}${unit && ` ${unit}`}`;
    return `${paint('dim', pad(names[at] ?? '', column))}${sparkline(squeeze(values, room), most)}${paint('dim', range)}`;
  });
  const [first = '', last = ''] = [categories[0], categories.at(-1)].map((name) => oneLine(name ?? ''));
  const axis = first === last ? first : `${first} … ${last}`;
  return [paint('bold', oneLine(title)), ...rows, paint('dim', ' '.repeat(column) + axis)].map((line) =>
    fit(line, width).trimEnd(),
  );
}

function shown(value: number): string {
  return String(Math.round(value * 100) / 100);
}
