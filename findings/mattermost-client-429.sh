#!/bin/sh
# @mattermost/client 11.9.0, Client4: what a rate-limited request throws does not say that it was one.
#
# A Mattermost server that limits requests answers 429 as plain text ("limit exceeded"), with Retry-After and
# X-RateLimit-Reset. The client reads status, id and message from a JSON body alone, so its ClientError has an empty
# message, no status_code, and no header.
#
# Output seen: message "", status_code undefined, server_error_id undefined, headers undefined
# The wrong guess: catch the error, look at status_code === 429, wait for as long as it says.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @mattermost/client@11.9.0 @mattermost/types@11.9.0
cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { once } from 'node:events';
import client from '@mattermost/client';

const server = createServer((_request, response) => {
  response.writeHead(429, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '7', 'x-ratelimit-reset': '7' });
  response.end('limit exceeded\n');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const api = new client.Client4();
api.setUrl(`http://127.0.0.1:${server.address().port}`);
api.setToken('a-token');
const error = await api.getMe().catch((thrown) => thrown);
server.closeAllConnections();
server.close();
const seen = [error.message, error.status_code, error.server_error_id, error.headers];
console.log(`message ${JSON.stringify(seen[0])}, status_code ${seen[1]}, server_error_id ${seen[2]}, headers ${seen[3]}`);
if (error.name === 'TypeError' || seen[0] !== '' || seen.slice(1).some((one) => one !== undefined)) process.exit(1);
JS
node try.mjs
