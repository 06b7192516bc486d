#!/bin/sh
# discord.js 14.28.1, its `REST` (and so `channel.send` and all else that a client does).
#
# Behaviour: a request that is answered with 5xx, or not in time (`timeout`, 15 s), is sent again up to `retries` (3) times,
# POST as well as GET. Discord has often done what was asked when its answer fails or is late: the message is then there
# up to four times, while the call rejects.
# Output seen, of a host that posts each message it is sent:
#   answers 502:  4 messages, rejected with HTTPError: Bad Gateway
#   answers late: 4 messages, rejected with AbortError: This operation was aborted
#   with a nonce and `enforce_nonce`, which Discord keeps to: 1 message
# Wrong guess: a client repeats only what does nothing when it is repeated. `enforce_nonce` is off unless it is set.
#
# Needs Node 22 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent discord.js@14.28.1
cat >again.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { REST, Routes } from 'discord.js';

let answer;
let messages = [];
// Discord's side: whatever comes in is posted; a nonce that was there already, and that has to be kept to, is not.
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    const message = JSON.parse(Buffer.concat(chunks));
    const isKnown = message.enforce_nonce && messages.some(({ nonce }) => nonce === message.nonce);
    if (!isKnown) messages.push(message);
    answer(response);
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const api = `http://127.0.0.1:${server.address().port}/api`;

async function post(answerWith, more = {}) {
  answer = answerWith;
  messages = [];
  const rest = new REST({ api, timeout: 300 }).setToken('none');
  const body = { content: 'Deployed shop/api', ...more };
  const outcome = await rest.post(Routes.channelMessages('1'), { body }).then(() => 'resolved', String);
  return { count: messages.length, outcome };
}

const badGateway = (response) => response.writeHead(502).end();
const late = () => {};
const [failed, slow, kept] = [
  await post(badGateway),
  await post(late),
  await post(badGateway, { nonce: '1', enforce_nonce: true }),
];
console.log(`answers 502:  ${failed.count} messages, rejected with ${failed.outcome}`);
console.log(`answers late: ${slow.count} messages, rejected with ${slow.outcome}`);
console.log(`with a nonce and \`enforce_nonce\`, which Discord keeps to: ${kept.count} message`);
process.exit([failed.count, slow.count, kept.count].join() === '4,4,1' && failed.outcome !== 'resolved' ? 0 : 1);
JS
node again.mjs
