import { type APIButtonComponentWithCustomId, ButtonStyle, ComponentType } from 'discord.js';
import type { Action } from '../../replies/reply.ts';
import { oneLine } from '../../harmless-text.ts';
import { cutText } from '../truncate.ts';
import type { Press, StoredLines } from './stored-lines.ts';

/** Discord's, of a row. */
export const perRow = 5;
/** As many as a message may have without Components V2, and enough with them. */
export const mostButtons = 25;
const mostLabel = 80;

const styles = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger } as const;

export type MakeButton = (action: Action) => APIButtonComponentWithCustomId;

/** Makes the buttons of one message, in which Discord refuses two with one id. */
export function createButtons(lines: StoredLines): MakeButton {
  const taken = new Set<string>();

  /** Blanks around a line mean nothing. */
  function idOf(press: Press, command: string): string {
    let id = lines.idOf(press, command);
    for (let line = `${command} `; taken.has(id); line += ' ') id = lines.idOf(press, line);
    taken.add(id);
    return id;
  }

  return ({ command, confirm, form, label, style }) => ({
    type: ComponentType.Button,
    style: style ? styles[style] : ButtonStyle.Secondary,
    label: labelOf(label),
    custom_id: idOf(form ? 'form' : confirm === undefined ? 'run' : 'ask', command),
  });
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
