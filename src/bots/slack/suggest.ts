import type { App } from '@slack/bolt';
import { resolveWithin } from '../resolve-within.ts';
import type { SlackContext } from './context.ts';
import { stateOf, valueId } from './modal.ts';
import { originOf } from './origin.ts';
import { optionsOf } from './picker-options.ts';
import { parseThread } from './thread-ref.ts';

/** Suggestions that come later are none: Slack waits three seconds, milliseconds. */
const suggestMs = 2_000;

/** Fills the pickers of forms while people type. */
export function listenToPickers(app: App, { api, deps, dispatcher }: SlackContext): void {
  app.options<'block_suggestion'>({ type: 'block_suggestion', action_id: valueId }, async ({ ack, body, context }) => {
    const { block_id: option, user, value: typed, view } = body;
    const state = view && stateOf(view.private_metadata);
    const command = state && dispatcher.read({ line: state.line }).command?.name;
    const found = async (): Promise<string[]> => {
      if (!state || command === undefined) return [];
      const origin = await originOf(api, context, user.id, parseThread(state.thread), user.name);
      return dispatcher.completeOption({ command, option, fragment: typed, application: undefined }, origin);
    };
    const values = await resolveWithin(found(), suggestMs).catch((error: unknown) => {
      deps.logger.warn({ err: error, platform: 'slack' }, 'nothing to pick from');
      return undefined;
    });
    await ack({ options: optionsOf(values ?? [], typed) });
  });
}
