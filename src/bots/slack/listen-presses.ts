import type { App, BlockAction } from '@slack/bolt';
import type { SlackContext } from './context.ts';
import { showHome } from './home.ts';
import { originOf } from './origin.ts';

/** Presses of buttons: under messages, in the Home tab, and in the pane of a work object. */
export function listenToPresses(app: App, { api, conversation, deps, track }: SlackContext): void {
  app.action({ type: 'block_actions', action_id: /^(run|form|ask):/ }, async ({ ack, action, body, context }) => {
    await ack();
    if (action.type !== 'button' || action.value === undefined) return;
    const [how] = action.action_id.split(':');
    const asked = { line: action.value, form: how === 'form', trigger: body.trigger_id };
    const { id, name, username } = body.user;
    const { channel } = body;
    if (channel === undefined || isPane(body)) {
      const thread = await api.openDirect(id);
      const origin = await originOf(api, context, id, thread, name ?? username);
      if (how === 'ask') return track(conversation.confirm({ ...asked, origin, thread }, labelOf(action.text)));
      const taken = conversation.take({ ...asked, origin, thread });
      return track(isPane(body) ? taken : taken.then(() => showHome({ api, deps }, origin)));
    }
    const ts: unknown = body.message?.['thread_ts'] ?? body.container['thread_ts'];
    const thread = { channel: channel.id, ts: typeof ts === 'string' ? ts : undefined };
    const origin = await originOf(api, context, id, thread, name ?? username);
    track(conversation.take({ ...asked, origin, thread, responseUrl: body.response_url }));
  });
}

/** What is pressed there is answered in the direct messages: the channel behind it did not see the press. */
function isPane({ container }: BlockAction): boolean {
  return container['type'] === 'entity_detail';
}

/** The buttons of work objects have plain labels where those of messages have objects. */
function labelOf(text: unknown): string {
  if (typeof text === 'string') return text;
  const inner: unknown = typeof text === 'object' && text !== null && 'text' in text ? text.text : undefined;
  return typeof inner === 'string' ? inner : 'Yes';
}
