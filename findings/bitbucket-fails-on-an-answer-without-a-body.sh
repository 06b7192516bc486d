#!/bin/sh
# bitbucket 2.12.0, the client library for Bitbucket Cloud.
#
# Behaviour: it reads the `content-type` of every answer. A removal is answered with 204 and no body, so there need be no
# type: the call then rejects with an HTTPError, although the webhook or deploy key is removed. With any type it resolves.
# Output seen:
#   204 without a type: removed, HTTPError: Cannot read properties of null (reading 'includes')
#   204 with a type:    removed, resolved
# Wrong guess: a call that rejects has removed nothing, and can be tried again. The second one is answered 404.
#
# Needs Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent bitbucket@2.12.0
cat >removal.cjs <<'JS'
const { createServer } = require('node:http');
const { Bitbucket } = require('bitbucket');

const removals = [];
const server = createServer((request, response) => {
  removals.push(`${request.method} ${request.url}`);
  const typed = request.url.endsWith('typed');
  response.writeHead(204, typed ? { 'content-type': 'text/plain' } : {}).end();
});

async function remove(repositories, uid) {
  const before = removals.length;
  const outcome = await repositories
    .deleteWebhook({ workspace: 'acme', repo_slug: 'api', uid })
    .then(() => 'resolved', String);
  return [removals.length === before + 1 ? 'removed' : 'not asked', outcome].join(', ');
}

server.listen(0, '127.0.0.1', async () => {
  const baseUrl = `http://127.0.0.1:${server.address().port}/2.0`;
  const { repositories } = new Bitbucket({ baseUrl, auth: { token: 'token' }, notice: false });
  const [without, withType] = [await remove(repositories, 'plain'), await remove(repositories, 'typed')];
  console.log(`204 without a type: ${without}`);
  console.log(`204 with a type:    ${withType}`);
  server.close();
  server.closeAllConnections();
  const same = /^removed, HTTPError: .*\(reading 'includes'\)$/.test(without) && withType === 'removed, resolved';
  process.exit(same ? 0 : 1);
});
JS
node removal.cjs
