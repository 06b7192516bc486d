import { type APIButtonComponentWithCustomId, ButtonStyle, ComponentType } from 'discord.js';
import type { Action } from '../../replies/reply.ts';
import { oneLine } from '../../harmless-text.ts';
import { cutText } from '../truncate.ts';
import type { StoredLines } from './stored-lines.ts';

/** Discord's, of a row. */
export const perRow = 5;
/** As many as a message may have without Components V2, and enough with them. */
export const mostButtons = 25;
const mostLabel = 80;

const styles = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger } as const;

/** @param at Its place among the buttons of the message: Discord refuses two of them with one id. */
export function button(
  { command, confirm, form, label, style }: Action,
  at: number,
  lines: StoredLines,
): APIButtonComponentWithCustomId {
  const press = form ? 'form' : confirm === undefined ? 'run' : 'ask';
  // Blanks around a line mean nothing.
  const line = at === 0 ? command : `${command}${' '.repeat(at)}`;
  return {
    type: ComponentType.Button,
    style: style ? styles[style] : ButtonStyle.Secondary,
    label: labelOf(label),
    custom_id: lines.idOf(press, line),
  };
}

export function labelOf(text: string): string {
  return cutText(oneLine(text), mostLabel) || '…';
}

/** Parts of a list, each of as many as a row takes. */
export function inRows<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / perRow) }, (_, row) =>
    all.slice(row * perRow, (row + 1) * perRow),
  );
}
