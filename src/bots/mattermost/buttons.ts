import { oneLine } from '../../harmless-text.ts';
import type { Action } from '../../replies/reply.ts';
import { cutText } from '../truncate.ts';
import type { Press } from './press.ts';

/** @see https://developers.mattermost.com/integrate/plugins/interactive-messages/ */
export interface PostAction {
  /** Letters and digits alone: with others the server has no route for the press, and nothing happens. */
  id: string;
  type: 'button' | 'select';
  name: string;
  style?: 'primary' | 'danger';
  options?: { text: string; value: string }[];
  integration: { url: string; context: Record<string, unknown> };
}

/** Gives an action what only the server of Mattermost and we see. */
export type Seal = (press: Press) => PostAction['integration'];

/** More of them are a menu. */
const mostButtons = 8;
const mostOptions = 100;
const mostLabel = 75;

/** Buttons that run the lines behind them, and a menu of those for which there is no room. */
export function buttons(actions: readonly Action[], seal: Seal): PostAction[] {
  const shown = actions.length <= mostButtons ? actions : actions.slice(0, mostButtons - 1);
  const rest = actions.slice(shown.length, shown.length + mostOptions);
  return [
    ...shown.map((action, at) => button(action, at, seal)),
    ...(rest.length > 0 ? [menu(rest, 'More', seal)] : []),
  ];
}

/** One of several lines to choose. @param name What the menu shows before. */
export function menu(actions: readonly Action[], name: string, seal: Seal): PostAction {
  const lines = actions.slice(0, mostOptions).map((action) => ({ ...pressOf(action) }));
  return {
    id: 'menu',
    type: 'select',
    name,
    options: actions.slice(0, mostOptions).map(({ label }, at) => ({ text: labelOf(label), value: String(at) })),
    integration: seal({ choices: lines }),
  };
}

function button(action: Action, at: number, seal: Seal): PostAction {
  return {
    id: `press${at}`,
    type: 'button',
    name: labelOf(action.label),
    ...(action.style && { style: action.style }),
    integration: seal({ choices: [pressOf(action)] }),
  };
}

function pressOf({ command, confirm, form, label }: Action): Press['choices'][number] {
  return {
    line: command,
    ...(confirm !== undefined && { confirm: { question: cutText(confirm, 300), label: labelOf(label) } }),
    ...(form && { form }),
  };
}

function labelOf(label: string): string {
  return cutText(oneLine(label), mostLabel) || '…';
}
