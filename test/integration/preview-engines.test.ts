import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { networkName } from '../../src/swarm/names.ts';
import { runInNetwork } from '../support/database-client.ts';
import { type DatabaseImage, ensureDatabaseImage } from '../support/database-images.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { answerOf, leftOf, tellRequest, type Variant, variantOf } from '../support/preview-requests.ts';
import { resticInPath } from '../support/restic.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

// PostgreSQL's previews have a suite of their own.

/** Answers with the addresses that it was given. */
const server = `require('node:http').createServer((_, r) => {
  r.end(JSON.stringify([process.env.DATABASE_URL, process.env.REDIS_URL]));
}).listen(8080)`;

/** How each engine's own client writes, changes and counts, given the address. */
const engines = {
  mysql: {
    write: `mariadb -h "$HOST" -u app -p"$PASSWORD" app -e 'create table kept (id int primary key); insert into kept values (1), (2), (3)'`,
    add: `mariadb -h "$HOST" -u app -p"$PASSWORD" app -e 'insert into kept values (4)'`,
    count: `mariadb -h "$HOST" -u app -p"$PASSWORD" app -BNe 'select count(*) from kept'`,
    tables: `mariadb -h "$HOST" -u app -p"$PASSWORD" app -BNe 'select count(*) from information_schema.tables where table_schema = database()'`,
  },
  redis: {
    write: `redis-cli --no-auth-warning -e -u "$URL" mset one 1 two 2 three 3 >/dev/null`,
    add: `redis-cli --no-auth-warning -e -u "$URL" set four 4 >/dev/null`,
    count: `redis-cli --raw --no-auth-warning -e -u "$URL" dbsize`,
    tables: `redis-cli --raw --no-auth-warning -e -u "$URL" dbsize`,
  },
};
type Engine = keyof typeof engines;
const types = ['mysql', 'redis'] as const;

let shipmate: RunningShipmate;
let app: TestApp;
let network: string;
const images = {} as Record<Engine, DatabaseImage>;
const production = {} as Record<Engine, string>;

beforeAll(async () => {
  await resticInPath();
  shipmate = await openShipmate();
  app = await createTestApp(shipmate, { name: 'ordered', settings: '--port 8080' });
  for (const type of types) {
    images[type] = await ensureDatabaseImage(type);
    const { image, version } = images[type];
    await shipmate.command(
      `db create ${nameOf(type)} --type ${type} --image ${image} --version ${version} --memory 512M`,
    );
  }
  await until('the databases', async () => (await count(`databases where status = 'running'`)) === 2);
  const [project] = await shipmate.rows<{ id: string }>('select id from projects where name = $1', [shipmate.project]);
  network = networkName(shipmate.project, project?.id ?? '');
  for (const type of types) {
    production[type] = await credentialsOf(nameOf(type));
    await client(type, 'write', production[type]);
    await shipmate.command(`db attach ${nameOf(type)} ${app.name}`);
    await shipmate.command(`db backup ${nameOf(type)}`);
  }
  await until('the backups', async () => (await count(`backups where status = 'success'`)) === 2);
  for (const type of types) await shipmate.command(`db verify ${nameOf(type)}`);
  await until('the drills', async () => (await count('backups where verified_at is not null')) === 2);
  for (const type of types) await client(type, 'add', production[type]);
});
afterAll(async () => {
  await shipmate.close();
  await app[Symbol.asyncDispose]();
});

const nameOf = (type: Engine) => `${shipmate.project}/${type}`;

async function count(rows: string): Promise<number> {
  return (await shipmate.rows(`select from ${rows}`)).length;
}

async function credentialsOf(name: string): Promise<string> {
  const shown = await shipmate.command(`db show ${name} --credentials`);
  return (shown.data as { connectionString: string }).connectionString;
}

async function client(type: Engine, verb: keyof (typeof engines)[Engine], url: string): Promise<string> {
  const { hostname, password } = new URL(url);
  const env = { URL: url, HOST: hostname, PASSWORD: password };
  return runInNetwork({ image: images[type].image, network }, engines[type][verb], env);
}

/** Opens a request, and waits until its preview answers with its addresses. */
async function open(number: number): Promise<{ variant: Variant; commit: string; urls: Record<Engine, string> }> {
  const commit = await app.commit(String(number), { server });
  await tellRequest(shipmate, app, { number, branch: 'main', commit, happened: 'opened' });
  const variant = await variantOf(shipmate, number);
  const end = await shipmate.deploymentEnds(variant.deployment);
  expectSuccess(end);
  const body = await until('the answer', () => answerOf(shipmate, `${number}-ordered.${shipmate.project}.localhost`));
  const [mysql = '', redis = ''] = JSON.parse(body) as string[];
  return { variant, commit, urls: { mysql, redis } };
}

async function close(number: number, commit: string, variant: Variant): Promise<void> {
  const at = '2026-11-28T11:00:00Z';
  await tellRequest(shipmate, app, { number, branch: 'main', commit, happened: 'merged', at });
  await until('the removal', async () => (await count('databases')) === 2);
  await until('the end of what is labelled', async () =>
    Object.values(await leftOf(variant.id)).every((left) => left === 0),
  );
}

it('begin with the newest verified backups of MariaDB and Redis, and leave the running ones alone', async () => {
  await shipmate.command(`app set ${app.name} previews=on previews-database=backup`);
  const { commit, urls, variant } = await open(7);
  for (const type of types) {
    expect(new URL(urls[type]).password).not.toBe(new URL(production[type]).password);
    expect(await client(type, 'count', urls[type])).toBe('3');
    await client(type, 'add', urls[type]);
    expect(await client(type, 'count', production[type])).toBe('4');
  }
  await close(7, commit, variant);
});

it('begin empty, take what is written, and show their address to who may see it', async () => {
  await shipmate.command(`app set ${app.name} previews-database=empty`);
  const { commit, urls, variant } = await open(8);
  const rows = await shipmate.rows<{ name: string; type: Engine }>(
    'select name, type from databases where variant_id is not null',
  );
  for (const { name, type } of rows) {
    expect(await credentialsOf(`${shipmate.project}/${name}`)).toBe(urls[type]);
    expect(await client(type, 'tables', urls[type])).toBe('0');
    await client(type, 'write', urls[type]);
    expect(await client(type, 'count', urls[type])).toBe('3');
  }
  expect(rows).toHaveLength(2);
  await close(8, commit, variant);
});
