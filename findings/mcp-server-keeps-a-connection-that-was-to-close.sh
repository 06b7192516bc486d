#!/bin/sh
# @modelcontextprotocol/server 2.4.0, Node 24.21.0.
#
# Behaviour: the library's streamed answers say `Connection: keep-alive`, whatever the request said. Node's server sends the
# header on, and leaves a connection open whose client asked for `Connection: close`. Node's client, with its usual agent,
# believes the answer and sends the next request on it, which Node's server refuses: every other request fails, with an
# empty 400 that no handler sees.
# Output seen:
#   as the library answers: 200 keep-alive, 400 close, 200 keep-alive, 400 close
#   without its Connection: 200 close, 200 close, 200 close, 200 close
# Wrong guess: headers of an answer of the library can be copied as they are, and a client that asks for the end of its
# connection gets it.
#
# Needs Node 24 or later and npm. Ends with 1 when either changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @modelcontextprotocol/server@2.4.0
cat >close.mjs <<'JS'
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';

const { fetch: answer } = createMcpHandler(() => {
  const server = new Server({ name: 'example', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({ tools: [] }));
  return server;
});

async function statuses(passesOn) {
  const server = createServer(async (incoming, outgoing) => {
    const { method, headers } = incoming;
    const sent = new Request('http://example.test/mcp', { method, headers, body: await text(incoming) });
    const made = await answer(sent);
    outgoing.statusCode = made.status;
    for (const [name, value] of made.headers) if (passesOn(name)) outgoing.setHeader(name, value);
    Readable.fromWeb(made.body).pipe(outgoing);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const seen = [];
  for (let id = 1; id <= 4; id += 1) {
    const asked = request({
      port: server.address().port,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-06-18',
        connection: 'close',
      },
    });
    asked.end(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list' }));
    const [response] = await once(asked, 'response');
    await text(response);
    seen.push(`${response.statusCode} ${response.headers.connection}`);
  }
  server.closeAllConnections();
  server.close();
  return seen.join(', ');
}

const kept = await statuses(() => true);
const closed = await statuses((name) => name !== 'connection');
console.log(`as the library answers: ${kept}`);
console.log(`without its Connection: ${closed}`);
const changed =
  kept !== '200 keep-alive, 400 close, 200 keep-alive, 400 close' ||
  closed !== '200 close, 200 close, 200 close, 200 close';
process.exitCode = changed ? 1 : 0;
JS
node close.mjs
