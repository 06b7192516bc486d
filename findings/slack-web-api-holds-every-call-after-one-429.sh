#!/bin/sh
# @slack/web-api 8.2.0 (in @slack/bolt 5.1.0).
#
# Behaviour: Slack limits each method by itself, and its 429 says after how many seconds that method may be called again. The
# client stops its whole queue for so long: calls of other methods are not sent either.
# Output seen (milliseconds vary):
#   chat.update answered 429 with `Retry-After: 4`; views.open, called then, was sent after 4011 ms
# Wrong guess: only calls of the limited method wait. A message that is edited too often keeps dialogs from opening, whose
# `trigger_id` is valid for three seconds. `rejectRateLimitedCalls` is the way out; the caller then waits by itself.
#
# Needs Node 20 or later and npm. Ends with 1 when the other method is sent at once.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @slack/web-api@8.2.0
cat >limited.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { LogLevel, WebClient } from '@slack/web-api';

const seconds = 4;
let told;
const limited = new Promise((resolve) => (told = resolve));
let opened;
let isFirst = true;
// Slack's side: the first edit is one too many.
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    if (request.url.endsWith('views.open')) opened = performance.now();
    response.setHeader('content-type', 'application/json');
    if (!request.url.endsWith('chat.update') || !isFirst) return response.end('{"ok":true}');
    isFirst = false;
    return response.writeHead(429, { 'retry-after': String(seconds) }).end('{"ok":false,"error":"ratelimited"}');
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');

const slackApiUrl = `http://127.0.0.1:${server.address().port}/`;
const client = new WebClient('xoxb-none', { slackApiUrl, logLevel: LogLevel.ERROR });
client.on('rate_limited', told);
const edit = client.chat.update({ channel: 'C1', ts: '1.1', text: 'Deploying' });
await limited;
const called = performance.now();
await client.views.open({ trigger_id: '1.1.1', view: { type: 'modal', title: { type: 'plain_text', text: 'Form' }, blocks: [] } });
const waited = Math.round(opened - called);
console.log(`chat.update answered 429 with \`Retry-After: ${seconds}\`; views.open, called then, was sent after ${waited} ms`);
await edit;
server.close();
server.closeAllConnections();
process.exit(waited > (seconds - 1) * 1000 ? 0 : 1);
JS
node limited.mjs
