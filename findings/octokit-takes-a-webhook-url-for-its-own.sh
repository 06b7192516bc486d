#!/bin/sh
# @octokit/rest 22.0.1.
#
# Behaviour: `apps.updateWebhookConfigForApp({ url })` takes its parameter for the address of the request: the PATCH goes to
# the new address of the webhook, not to `/app/hook/config` of `baseUrl`, and has no `url` in its body. The methods for
# webhooks of repositories are right, as their URL is inside `config`.
# Output seen:
#   asked PATCH /webhooks/github, with {"content_type":"json"}
#   with `data`: asked PATCH /app/hook/config, with {"url":"http://127.0.0.1:<port>/webhooks/github","content_type":"json"}
# Wrong guess: the method that is named after the operation calls the operation, as its types say.
#
# Needs Node 20 or later and npm. Ends with 1 when the method asks `/app/hook/config`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @octokit/rest@22.0.1
cat >ask.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Octokit } from '@octokit/rest';

const asked = [];
const server = createServer(async (request, response) => {
  asked.push(`${request.method} ${request.url}, with ${(await request.toArray()).join('')}`);
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const baseUrl = `http://127.0.0.1:${server.address().port}`;
const url = `${baseUrl}/webhooks/github`;

const octokit = new Octokit({ baseUrl });
await octokit.rest.apps.updateWebhookConfigForApp({ url, content_type: 'json' });
await octokit.request('PATCH /app/hook/config', { data: { url, content_type: 'json' } });
server.close();

console.log(`asked ${asked[0]}`);
console.log(`with \`data\`: asked ${asked[1]}`);
process.exitCode = asked[0].startsWith('PATCH /webhooks/github') ? 0 : 1;
JS
node ask.mjs
