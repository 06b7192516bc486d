#!/bin/sh
# @slack/bolt 5.1.0.
#
# Behaviour: a Slack app that is made today has the agent view, whose people write direct messages that are in no thread.
# The class `Assistant`, which Bolt has for agents, takes direct messages only when they are in a thread: those of such an
# app pass it by without a word. In a thread its `setSuggestedPrompts` names the thread, whose prompts Slack then drops
# for these apps, and answers ok (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts).
# Output seen:
#   a direct message: taken by app.message
#   a direct message in a thread: taken by assistant.userMessage
#   its prompts name the thread: true
# Wrong guess: `userMessage` is called for what people write to the agent, and its prompts are shown.
#
# Needs Node 20 or later and npm. Ends with 1 when the class takes the message that is in no thread.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @slack/bolt@5.1.0
cat >agent.mjs <<'JS'
import bolt from '@slack/bolt';

const bodies = [];
const app = new bolt.App({
  receiver: { init: () => undefined, start: async () => undefined, stop: async () => undefined },
  authorize: async () => ({ botToken: 'xoxb-none', botId: 'B1', botUserId: 'U1' }),
  clientOptions: {
    // Slack's side: it takes every call.
    fetch: async (_url, { body }) => {
      bodies.push(new URLSearchParams(String(body)));
      return new Response('{"ok":true}', { headers: { 'content-type': 'application/json' } });
    },
  },
});
let taken = '';
app.assistant(
  new bolt.Assistant({
    threadStarted: async () => undefined,
    userMessage: async ({ setSuggestedPrompts }) => {
      taken = 'assistant.userMessage';
      await setSuggestedPrompts({ prompts: [{ title: 'Status', message: 'status' }] });
    },
  }),
);
app.message(async () => {
  taken = 'app.message';
});

async function write(more) {
  taken = 'nobody';
  const event = { type: 'message', channel_type: 'im', channel: 'D1', user: 'U2', text: 'hello', ts: '2.0', ...more };
  const body = { type: 'event_callback', team_id: 'T1', api_app_id: 'A1', event_id: 'E1', event };
  await app.processEvent({ ack: async () => undefined, body });
  return taken;
}

const alone = await write({});
console.log(`a direct message: taken by ${alone}`);
console.log(`a direct message in a thread: taken by ${await write({ thread_ts: '1.0' })}`);
console.log(`its prompts name the thread: ${bodies.at(-1)?.get('thread_ts') === '1.0'}`);
process.exit(alone === 'app.message' ? 0 : 1);
JS
node agent.mjs
