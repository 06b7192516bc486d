import { type APISectionComponent, type APITextDisplayComponent, ComponentType } from 'discord.js';
import { oneLine } from '../../harmless-text.ts';
import { hasPublicHost } from '../../public-address.ts';
import type { ReplyTable } from '../../replies/reply.ts';
import { cutRows, cutText } from '../truncate.ts';
import type { MakeButton } from './buttons.ts';
import { shrink } from './fitted.ts';
import { plain } from './markdown.ts';
import { countOf, lengthOf, textDisplay } from './parts.ts';

/** More would push what follows off the screen. */
const mostRows = 10;
const mostCell = 120;
const mostText = 350;

export type ListRow = APISectionComponent | APITextDisplayComponent;

/**
 * The first rows of a list, each with its button beside it; none where the table has no buttons.
 * @param places How many components they may be.
 * @param room How many characters.
 */
export function listRows(
  table: ReplyTable,
  { make, places, room }: { make: MakeButton; places: number; room: number },
): ListRow[] {
  const { actions = [], rows } = table;
  if (!actions.some((action) => action !== undefined)) return [];
  const made = rows.slice(0, mostRows).map((_, at) => listRow(table, at, make));
  const { rows: placed } = cutRows(made, places, (row) => countOf([row]));
  return cutRows(placed, room, (row) => lengthOf([row])).rows;
}

function listRow({ actions, columns, links, rows }: ReplyTable, at: number, make: MakeButton): ListRow {
  const [first = '', ...cells] = rows[at] ?? [];
  const url = links?.[0]?.[at];
  const name = shown(first) || '–';
  const head = url !== undefined && hasPublicHost(url) ? `**[${name}](${url})**` : `**${name}**`;
  const rest = cells.flatMap((cell, column) => {
    const value = shown(cell);
    return value === '' ? [] : [`${plain(oneLine(columns[column + 1] ?? ''))}: ${value}`];
  });
  const below = rest.length > 0 ? shrink(rest.join(' · '), mostText, (text) => text) : '';
  const text = textDisplay(below === '' ? head : `${head}\n-# ${below}`);
  const action = actions?.[at];
  return action ? { type: ComponentType.Section, components: [text], accessory: make(action) } : text;
}

function shown(cell: string): string {
  return plain(cutText(oneLine(cell), mostCell));
}
