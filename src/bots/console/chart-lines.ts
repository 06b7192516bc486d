import { oneLine } from '../../harmless-text.ts';
import type { ReplyChart } from '../../replies/reply.ts';
import { columnsOf } from './columns.ts';
import { pad, type Paint } from './terminal-text.ts';
import { fit } from './wrap.ts';

const levels = '▁▂▃▄▅▆▇█';
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
    return `${paint('dim', pad(names[at] ?? '', column))}${bars(values, room)}${paint('dim', range)}`;
  });
  const [first = '', last = ''] = [categories[0], categories.at(-1)].map((name) => oneLine(name ?? ''));
  const axis = first === last ? first : `${first} … ${last}`;
  return [paint('bold', oneLine(title)), ...rows, paint('dim', ' '.repeat(column) + axis)].map((line) =>
    fit(line, width).trimEnd(),
  );
}

/** From zero, or from the least where that is below it; more values than columns are shown by the largest of each. */
function bars(values: number[], room: number): string {
  const groups = Math.min(values.length, room);
  const shownValues = Array.from({ length: groups }, (_, at) =>
    Math.max(
      ...values.slice(Math.floor((at * values.length) / groups), Math.floor(((at + 1) * values.length) / groups)),
    ),
  );
  const [least, most] = [Math.min(0, ...shownValues), Math.max(0, ...shownValues)];
  const scale = most === least ? 0 : (levels.length - 1) / (most - least);
  return shownValues.map((value) => levels[Math.round((value - least) * scale)]).join('');
}

function shown(value: number): string {
  return String(Math.round(value * 100) / 100);
}
