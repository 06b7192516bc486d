#!/bin/sh
# @slack/socket-mode 3.1.0 (in @slack/bolt 5.1.0).
#
# Behaviour: Slack announces with `disconnect` (`warning`, `refresh_requested`) that it will close a connection soon, so
# that the app can open the next one meanwhile. The client sends a close frame at once, waits up to 5 s for the answer to
# it, then waits `clientPingTimeout` (5 s) as after a failure, and only then asks for the next connection. In between
# there is none for commands to arrive on.
# Output seen (milliseconds vary):
#   asked for the next connection 11690 ms after the announcement; the old one was still open on our side: true
# Wrong guess: the connection that is announced to end stays in use until the next one has said hello.
#
# Needs Node 20 or later and npm. Ends with 1 when the next connection is asked for within 2 s.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @slack/socket-mode@3.1.0
cat >refresh.mjs <<'JS'
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { SocketModeClient } from '@slack/socket-mode';

let announced;
let opened;
let askedAfter;
const asked = new Promise((resolve) => (askedAfter = resolve));
let oldIsOpen = false;

/** One unmasked text frame of up to 125 bytes, as a server sends it. */
function frame(message) {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from([0x81, text.length]), text]);
}

// Slack's side: `apps.connections.open`, and sockets that say hello. It doesn't answer close frames, as Slack doesn't
// before the announced time is over.
const server = createServer((request, response) => {
  if (announced !== undefined) askedAfter(performance.now() - announced);
  const url = `ws://127.0.0.1:${server.address().port}/link`;
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: true, url }));
  });
}).on('upgrade', (request, socket) => {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.on('error', () => undefined).write(frame({ type: 'hello', num_connections: 1 }));
  opened ??= socket.on('close', () => (oldIsOpen = false));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const client = new SocketModeClient({
  appToken: 'xapp-none',
  clientOptions: { slackApiUrl: `http://127.0.0.1:${server.address().port}/api/` },
});
await client.start();
oldIsOpen = true;
announced = performance.now();
opened.write(frame({ type: 'disconnect', reason: 'refresh_requested' }));

const ms = await asked;
console.log(
  `asked for the next connection ${Math.round(ms)} ms after the announcement; ` +
    `the old one was still open on our side: ${oldIsOpen}`,
);
process.exit(ms > 2_000 ? 0 : 1);
JS
node refresh.mjs 2>/dev/null
