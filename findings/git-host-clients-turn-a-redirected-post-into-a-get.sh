#!/bin/sh
# @octokit/rest 22.0.1, @gitbeaker/rest 43.8.0, gitea-js 1.23.0, bitbucket 2.12.0 (all over Node's fetch).
#
# Behaviour: a commit status is sent with POST. When the address answers 301, as every proxy does that moves `http://`
# to `https://`, and as hosts do for a renamed repository, each client follows with GET and without the body. That
# address lists statuses, so it answers 200, and the call resolves: the status was never set, and nobody hears of it.
# Output seen:
#   octokit: resolved with [], asked POST then GET
#   gitbeaker: resolved with [], asked POST then GET
#   gitea-js: resolved with [], asked POST then GET
#   bitbucket: resolved with [], asked POST then GET
# Wrong guess: a client of a host's API either repeats the POST or rejects. Fetch changes the method by its standard
# (301 and 302 on POST), and no client overrides that: whoever writes has to hand in a fetch that doesn't follow.
#
# Needs Node 20 or later and npm. Ends with 1 when one of them behaves otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @octokit/rest@22.0.1 @gitbeaker/rest@43.8.0 gitea-js@1.23.0 bitbucket@2.12.0
cat >redirect.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Gitlab } from '@gitbeaker/rest';
import { Octokit } from '@octokit/rest';
import bitbucket from 'bitbucket';
import { giteaApi } from 'gitea-js';

let methods = [];
// A proxy and the host behind it: whatever is asked at the old address is sent to the new one.
const server = createServer((request, response) => {
  methods.push(request.method);
  request.resume().on('end', () => {
    if (!request.url.startsWith('/new/')) return response.writeHead(301, { location: `/new${request.url}` }).end();
    return response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const host = `http://127.0.0.1:${server.address().port}`;
const sha = '0123456789012345678901234567890123456789';
const options = { baseUrl: host, notice: false };

const clients = {
  octokit: () =>
    new Octokit(options).rest.repos.createCommitStatus({ owner: 'acme', repo: 'api', sha, state: 'success' }),
  gitbeaker: () => new Gitlab({ host, token: 'none' }).Commits.editStatus('acme/api', sha, 'success'),
  'gitea-js': () => giteaApi(host, {}).repos.repoCreateStatus('acme', 'api', sha, { state: 'success' }),
  bitbucket: () =>
    new bitbucket.Bitbucket(options).commitstatuses.createBuildStatus({
      workspace: 'acme',
      repo_slug: 'api',
      commit: sha,
      _body: { key: 'deploy', state: 'SUCCESSFUL', url: 'https://ship.example.com' },
    }),
};

let same = true;
for (const [name, send] of Object.entries(clients)) {
  methods = [];
  const outcome = await send().then(
    (answer) => `resolved with ${JSON.stringify(answer.data ?? answer)}`,
    (error) => `rejected: ${error.message}`,
  );
  console.log(`${name}: ${outcome}, asked ${methods.join(' then ')}`);
  same &&= outcome === 'resolved with []' && methods.join() === 'POST,GET';
}
server.close();
process.exit(same ? 0 : 1);
JS
node redirect.mjs
