import type { App } from '@slack/bolt';
import { showHome } from './home.ts';
import { lineOfMention, lineOfText } from './line.ts';
import { listenToModals } from './listen-modals.ts';
import { originOf } from './origin.ts';
import type { SlackParts } from './parts.ts';
import { unfurl } from './unfurl.ts';

/** Everything that Slack tells of: lines in commands, mentions and direct messages, presses, modals, the Home tab, links. */
export function listen(app: App, parts: SlackParts): void {
  const { api, deps, track } = parts;
  listenToLines(app, parts);
  listenToPresses(app, parts);
  listenToModals(app, parts);
  app.event('app_home_opened', async ({ context, event }) => {
    if (event.tab === 'home')
      track(showHome(parts, await originOf(api, context, event.user, { channel: event.channel, thread: undefined })));
  });
  app.event('link_shared', async ({ context, event }) => {
    const place = { channel: event.channel, thread: undefined };
    track(unfurl({ api, deps }, event, await originOf(api, context, event.user, place)));
  });
  app.error(async (error) => deps.logger.warn({ err: error, platform: 'slack' }, 'request not taken'));
}

function listenToLines(app: App, { api, conversation, track }: SlackParts): void {
  app.command(/.*/, async ({ ack, command, context }) => {
    await ack();
    const place = { channel: command.channel_id, thread: undefined };
    const origin = await originOf(api, context, command.user_id, place, command.user_name);
    const { response_url: responseUrl, trigger_id: trigger } = command;
    track(conversation.take({ line: lineOfText(command.text), origin, place, responseUrl, trigger }));
  });
  app.event('app_mention', async ({ context, event }) => {
    if (event.bot_id !== undefined || event.user === undefined) return;
    const place = { channel: event.channel, thread: event.thread_ts ?? event.ts };
    const origin = await originOf(api, context, event.user, place);
    track(conversation.take({ line: lineOfMention(event.text), origin, place }));
  });
  app.message(async ({ context, message }) => {
    if (message.channel_type !== 'im' || message.subtype !== undefined || message.bot_id !== undefined) return;
    const place = { channel: message.channel, thread: message.thread_ts };
    const origin = await originOf(api, context, message.user, place);
    track(conversation.take({ line: lineOfMention(message.text ?? ''), origin, place }));
  });
}

function listenToPresses(app: App, { api, conversation, deps, track }: SlackParts): void {
  app.action({ type: 'block_actions', action_id: /^(run|form):/ }, async ({ ack, action, body, context }) => {
    await ack();
    if (action.type !== 'button' || action.value === undefined) return;
    const asked = { line: action.value, form: action.action_id.startsWith('form:'), trigger: body.trigger_id };
    const { id, name, username } = body.user;
    if (body.channel === undefined) {
      const place = await api.openDirect(id);
      const origin = await originOf(api, context, id, place, name ?? username);
      const taken = conversation.take({ ...asked, origin, place });
      return track(taken.then(() => showHome({ api, deps }, origin)));
    }
    const thread: unknown = body.message?.['thread_ts'] ?? body.container['thread_ts'];
    const place = { channel: body.channel.id, thread: typeof thread === 'string' ? thread : undefined };
    const origin = await originOf(api, context, id, place, name ?? username);
    track(conversation.take({ ...asked, origin, place, responseUrl: body.response_url }));
  });
}
