import type { App } from '@slack/bolt';
import type { SlackContext } from './context.ts';
import { showEntityDetails } from './entity-details.ts';
import { originOf } from './origin.ts';
import { unfurl } from './unfurl.ts';

/** Links to pages of this Shipmate: when they are shared, and when somebody opens what they are shown as. */
export function listenToLinks(app: App, slack: SlackContext): void {
  const { api, track } = slack;
  app.event('link_shared', async ({ context, event }) => {
    const thread = { channel: event.channel, ts: undefined };
    track(unfurl(slack, event, await originOf(api, context, event.user, thread)));
  });
  app.event('entity_details_requested', async ({ context, event }) => {
    const thread = { channel: event.channel ?? '', ts: event.thread_ts };
    track(showEntityDetails(slack, event, await originOf(api, context, event.user, thread)));
  });
}
