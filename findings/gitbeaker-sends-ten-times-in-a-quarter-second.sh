#!/bin/sh
# @gitbeaker/rest 43.8.0.
#
# Behaviour: a request that is answered 429 or 502 is sent up to ten times, whatever its method. The pauses between are
# 0.25, 0.5, 1 … ms (the factor reads like seconds), and `Retry-After` isn't looked at.
# - 429: ten requests, the pauses between them a quarter of a second in all, then an error. A host that counts refused requests too, as
#   GitLab's rack-attack does, only sees its limit passed further.
# - 502: nginx in front of GitLab answers it also when a request was carried out and only the answer was late. A comment
#   is then written twice.
# Output seen (milliseconds vary):
#   429 with Retry-After 30: asked 10 times in 290 ms
#   comment, first answer 502: asked 2 times, resolved
# Wrong guess: a client waits as long as it is told, and repeats only what may be repeated, as @octokit/rest does. The
# only way out is a `requesterFn` of one's own.
#
# Needs Node 20 or later and npm. Ends with 1 when it waits, or asks once.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @gitbeaker/rest@43.8.0
cat >repeat.mjs <<'JS'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Gitlab } from '@gitbeaker/rest';

let asked = 0;
let statusOf = () => 429;
const server = createServer((request, response) => {
  asked += 1;
  const headers = { 'content-type': 'application/json', 'retry-after': '30' };
  request.resume().on('end', () => response.writeHead(statusOf(asked), headers).end('{"id":1}'));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const gitlab = new Gitlab({ host: `http://127.0.0.1:${server.address().port}`, token: 'none' });
const comment = () =>
  gitlab.MergeRequestNotes.create('acme/api', 7, 'Preview is ready.').then(
    () => 'resolved',
    () => 'rejected',
  );

const start = performance.now();
await comment();
const ms = performance.now() - start;
console.log(`429 with Retry-After 30: asked ${asked} times in ${Math.round(ms)} ms`);
const impatient = asked === 10 && ms < 5_000;

asked = 0;
statusOf = (count) => (count === 1 ? 502 : 201);
const outcome = await comment();
console.log(`comment, first answer 502: asked ${asked} times, ${outcome}`);
server.close();
process.exit(impatient && asked === 2 && outcome === 'resolved' ? 0 : 1);
JS
node repeat.mjs
