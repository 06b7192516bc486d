import type { App } from '@slack/bolt';
import { listenToAssistant } from './assistant.ts';
import { showHome } from './home.ts';
import { createEventMemory } from '../event-memory.ts';
import { lineOfDirect, lineOfMention, lineOfText } from './message-line.ts';
import { listenToLinks } from './listen-links.ts';
import { listenToModals } from './listen-modals.ts';
import { listenToPresses } from './listen-presses.ts';
import { listenToPickers } from './suggest.ts';
import { originOf } from './origin.ts';
import type { SlackContext } from './context.ts';

/** Everything that Slack tells of: lines in commands, mentions and direct messages, presses, modals, the Home tab, links. */
export function listen(app: App, slack: SlackContext): void {
  const { api, deps, track } = slack;
  const isFirst = createEventMemory(deps, 'slack');
  // Slack tells again what it believes was not heard; a line that ran must not run twice.
  app.use(async ({ body, next }) => {
    if (!('event_id' in body) || (await isFirst(String(body.event_id), runsLine(body)))) await next();
  });
  listenToAssistant(app, slack);
  listenToLines(app, slack);
  listenToPresses(app, slack);
  listenToModals(app, slack);
  listenToPickers(app, slack);
  app.event('app_home_opened', async ({ context, event }) => {
    if (event.tab === 'home')
      track(showHome(slack, await originOf(api, context, event.user, { channel: event.channel, ts: undefined })));
  });
  listenToLinks(app, slack);
  app.error(async (error) => deps.logger.warn({ err: error, platform: 'slack' }, 'request not taken'));
}

function listenToLines(app: App, { api, conversation, track }: SlackContext): void {
  app.command(/.*/, async ({ ack, command, context }) => {
    await ack();
    const thread = { channel: command.channel_id, ts: undefined };
    const origin = await originOf(api, context, command.user_id, thread, command.user_name);
    const { response_url: responseUrl, trigger_id: trigger } = command;
    track(conversation.take({ line: lineOfText(command.text), origin, thread, responseUrl, trigger }));
  });
  app.event('app_mention', async ({ body, context, event }) => {
    if (event.bot_id !== undefined || event.user === undefined) return;
    const line = lineOfMention(event.text, body.authorizations?.[0]?.user_id ?? undefined);
    if (line === undefined) return;
    const thread = { channel: event.channel, ts: event.thread_ts ?? event.ts };
    const origin = await originOf(api, context, event.user, thread);
    track(conversation.take({ line, origin, thread, mentioned: true }));
  });
  app.message(async ({ context, message }) => {
    if (message.channel_type !== 'im' || message.subtype !== undefined || message.bot_id !== undefined) return;
    const thread = { channel: message.channel, ts: message.thread_ts };
    const origin = await originOf(api, context, message.user, thread);
    track(
      conversation.take({ line: lineOfDirect(message.text ?? ''), origin, thread, waits: thread.ts !== undefined }),
    );
  });
}

/** Mentions and direct messages are lines; tabs and links are only looked at. */
function runsLine(body: object): boolean {
  const event: unknown = 'event' in body ? body.event : undefined;
  const type = typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined;
  return type === 'app_mention' || type === 'message';
}
