#!/bin/sh
# simple-git 4.0.2, git 2.39: aborting a task ends `git` alone.
#
# Behaviour: with the `abort` signal the promise rejects at once, but what git had started to reach the host
# (`git remote-http`, `git-remote-http`; over ssh: `ssh`) goes on, without a parent, for as long as the host is silent.
# Output seen:
#   rejected: Error: Abort signal received
#   still running after 2 s: git remote-http, git-remote-http
# Wrong guess: whoever aborts a clone that hangs has its processes, connections and files back. They have to be started
# in a process group of their own (`detached`), which is what has to be signalled; simple-git has no option for that.
#
# Needs Node 20 or later, npm, git, and ps. Ends with 1 when nothing is left running any more.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent simple-git@4.0.2
cat >abort.mjs <<'JS'
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { simpleGit } from 'simple-git';

// A host that takes connections and says nothing, as one that is overloaded.
const host = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
await once(host, 'listening');
const url = `http://127.0.0.1:${host.address().port}/acme/api.git`;
const connected = once(host, 'connection');

const abort = new AbortController();
const listing = simpleGit({ abort: abort.signal }).raw('ls-remote', url);
await connected;
abort.abort();
await listing.catch((error) => console.log(`rejected: ${String(error).trim()}`));

await delay(2_000);
const lines = execFileSync('ps', ['-eo', 'pid=,args=']).toString().split('\n');
const left = lines.filter((line) => line.includes(url)).map((line) => line.trim().split(/\s+/));
const names = left.map(([, program, ...args]) => [program.split('/').pop(), ...args].slice(0, -2).join(' '));
console.log(`still running after 2 s: ${names.join(', ') || 'nothing'}`);
for (const [pid] of left) {
  try {
    process.kill(Number(pid));
  } catch {
    // It ended with its parent, just before.
  }
}
process.exit(left.length > 0 ? 0 : 1);
JS
node abort.mjs
