import type { types } from '@slack/bolt';
import type { Action } from '../../replies/reply.ts';
import { oneLine } from '../../harmless-text.ts';
import { cutRows, cutText } from '../truncate.ts';
import { jsonLength } from './fit-json.ts';
import { plain, richText, section } from './rich-text.ts';

/** Slack's, of a row. */
const mostButtons = 25;
/** Slack's, of a button: its label, the command line behind it, and the question before it. */
const mostLabel = 75;
const mostCommand = 2_000;
const mostQuestion = 300;
/** Of the row as JSON, so that there is room for what the buttons are about. */
const mostJson = 4_000;

/** A row of buttons, which a person presses to run the lines behind them; those that do not fit are counted. */
export function buttons(actions: Action[]): types.KnownBlock[] {
  const fitting = actions.filter(({ command }) => command.length <= mostCommand);
  const { rows } = cutRows(fitting.slice(0, mostButtons), mostJson, (action) => jsonLength(button(action, 0)));
  const left = actions.length - rows.length;
  return [
    ...(rows.length > 0 ? [{ type: 'actions' as const, elements: rows.map(button) }] : []),
    ...(left > 0 ? [richText(section(plain(`… ${left} more actions: type the command.`)))] : []),
  ];
}

function button({ command, confirm, form, label, style }: Action, at: number): types.Button {
  return {
    type: 'button',
    action_id: `${form ? 'form' : 'run'}:${at}`,
    text: { type: 'plain_text', text: cutText(oneLine(label), mostLabel) || '…' },
    value: command,
    ...(style && { style }),
    ...(confirm !== undefined && {
      confirm: {
        title: { type: 'plain_text', text: cutText(oneLine(label), 100) || '…' },
        text: { type: 'plain_text', text: cutText(oneLine(confirm), mostQuestion) || '…' },
        confirm: { type: 'plain_text', text: cutText(oneLine(label), 30) || 'Yes' },
        deny: { type: 'plain_text', text: 'Not now' },
        ...(style && { style }),
      },
    }),
  };
}
