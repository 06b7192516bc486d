import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { labelKeys } from '../../src/swarm/labels.ts';
import { networkName } from '../../src/swarm/names.ts';
import { runInNetwork } from '../support/database-client.ts';
import { type DatabaseImage, ensureDatabaseImage } from '../support/database-images.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { answerOf, leftOf, tellRequest, variantOf } from '../support/preview-requests.ts';
import { program, word } from '../support/release-stage.ts';
import { resticInPath } from '../support/restic.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { docker } from '../support/swarm-fixture.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** Answers with the address that it was given. */
const server = `require('node:http').createServer((_, r) => r.end(process.env.DATABASE_URL)).listen(8080)`;
/** A seed fails unless the server takes connections by now. */
const connects = `const { hostname, port } = new URL(process.env.DATABASE_URL);
require('node:net').connect(port, hostname).on('connect', () => { console.log('database is open'); process.exit(0); })`;

let shipmate: RunningShipmate;
let app: TestApp;
let postgres: DatabaseImage;
let orders: string;
let network: string;
let production: string;

beforeAll(async () => {
  await resticInPath();
  postgres = await ensureDatabaseImage('postgresql');
  shipmate = await openShipmate();
  orders = `${shipmate.project}/orders`;
  app = await createTestApp(shipmate, { name: 'ordered', settings: '--port 8080' });
  await shipmate.command(
    `db create ${orders} --type postgresql --image ${postgres.image} --version ${postgres.version} --memory 300M`,
  );
  await until('the database', async () => (await databases())[0]?.status === 'running');
  const [project] = await shipmate.rows<{ id: string }>('select id from projects where name = $1', [shipmate.project]);
  network = networkName(shipmate.project, project?.id ?? '');
  const shown = await shipmate.command(`db show ${orders} --credentials`);
  production = (shown.data as { connectionString: string }).connectionString;
  await psql(production, `create table carts (id int); insert into carts values (1), (2), (3)`);
  await shipmate.command(`db attach ${orders} ${app.name}`);
  await shipmate.command(`app set ${app.name} previews=on previews-database=backup`);
  await shipmate.command(`app set ${app.name} ${word(`release=${program(connects.replaceAll('\n', ' '))}`)}`);
});
afterAll(async () => {
  await shipmate.close();
  await app[Symbol.asyncDispose]();
});

interface Row {
  id: string;
  name: string;
  status: string;
}

/** The project's own, then those of previews. */
async function databases(): Promise<Row[]> {
  return shipmate.rows<Row>('select id, name, status from databases order by variant_id is not null, name');
}

async function psql(url: string, statement: string): Promise<string> {
  return runInNetwork({ image: postgres.image, network }, 'psql "$URL" -qAtc "$STATEMENT"', {
    URL: url,
    STATEMENT: statement,
  });
}

/** What the service of a database uses. */
async function partsOf(id: string) {
  const filters = { label: [`${labelKeys.database}=${id}`] };
  const [found] = await docker.listServices({ filters });
  const { ID, Spec } = (await docker.getService(found?.ID ?? '').inspect()) as ServedDatabase;
  const { Mounts: mounts, Secrets: secrets } = Spec.TaskTemplate.ContainerSpec;
  return {
    service: ID,
    volumes: mounts.map(({ Source }) => Source),
    secrets: secrets.map(({ SecretID }) => SecretID),
  };
}

interface ServedDatabase {
  ID: string;
  Spec: { TaskTemplate: { ContainerSpec: { Mounts: { Source: string }[]; Secrets: { SecretID: string }[] } } };
}

/** Which of them are still there. */
async function leftOfParts({ secrets, service, volumes }: Awaited<ReturnType<typeof partsOf>>): Promise<string[]> {
  const services = (await docker.listServices()).map(({ ID }) => ID);
  const names = ((await docker.listVolumes()).Volumes ?? []).map(({ Name }) => Name);
  const ids = (await docker.listSecrets()).map(({ ID }) => ID);
  const present = new Set([...services, ...names, ...ids]);
  return [service, ...volumes, ...secrets].filter((one) => present.has(one));
}

const host = () => `7-ordered.${shipmate.project}.localhost`;
const opened = { number: 7, branch: 'main' };

it('says that there is no verified backup, and has made nothing', async () => {
  const commit = await app.commit('1', { server });
  await tellRequest(shipmate, app, { ...opened, commit, happened: 'opened' });
  const { deployment } = await variantOf(shipmate, 7);
  const end = await shipmate.deploymentEnds(deployment);
  expect([end.status, end.metadata.reason]).toEqual(['failed', 'no_database']);
  expect(end.metadata.error).toBe(
    `\`${orders}\` has no verified backup to restore for the preview. Make one, \`db backup ${orders}\`, and verify it: ` +
      `\`db verify ${orders}\`. Or let previews begin without data: \`app set ${app.name} previews-database=empty\`.`,
  );
  expect(await databases()).toHaveLength(1);
});

it('begins with the newest verified backup, which its release command finds there', async () => {
  await shipmate.command(`db backup ${orders}`);
  const backups = (where: string) => shipmate.rows(`select from backups where status = 'success' and ${where}`);
  await until('the backup', async () => (await backups('true')).length === 1);
  await shipmate.command(`db verify ${orders}`);
  await until('the drill', async () => (await backups('verified_at is not null')).length === 1);
  await psql(production, 'insert into carts values (4)');

  const { deployment: before } = await variantOf(shipmate, 7);
  await shipmate.command(`preview open ${app.name} 7`);
  const { deployment } = await variantOf(shipmate, 7, before);
  const end = expectSuccess(await shipmate.deploymentEnds(deployment));
  const lines = end.logs?.split('\n') ?? [];
  expect(lines.indexOf('The databases of the preview are ready')).toBeLessThan(lines.indexOf('database is open'));

  const url = await until('the answer', () => answerOf(shipmate, host()));
  expect(new URL(url).password).not.toBe(new URL(production).password);
  expect(await psql(url, 'select count(*) from carts; delete from carts')).toBe('3');
  expect(await psql(production, 'select count(*) from carts')).toBe('4');
});

it('is nobody’s to list, to change or to back up, and has the limits of what it stands in for', async () => {
  const preview = (await databases())[1];
  const name = `${shipmate.project}/${preview?.name}`;
  const listed = async (line: string) => (await shipmate.command(line)).table?.rows.map(([one]) => one);
  expect(await listed('db list')).toEqual([orders]);
  expect(await listed('db list --all')).toEqual([name, orders]);
  const refused = `\`${name}\` belongs to the preview of request 7 and is removed with it.`;
  for (const line of [
    `db backup ${name}`,
    `db stop ${name}`,
    `db delete ${name} --data`,
    `db attach ${name} ${app.name}`,
  ])
    await expect(shipmate.command(line)).rejects.toThrow(refused);
  const filters = { label: [`${labelKeys.database}=${preview?.id}`] };
  const [service] = await docker.listServices({ filters });
  expect(service?.Spec?.TaskTemplate?.Resources?.Limits).toEqual({ MemoryBytes: 300 * 1024 ** 2, NanoCPUs: 1e9 });
});

it('keeps its data for the next commit, and goes with the preview', async () => {
  const commit = await app.commit('2', { server });
  const before = await variantOf(shipmate, 7);
  await tellRequest(shipmate, app, { ...opened, commit, happened: 'changed', at: '2026-11-28T10:30:00Z' });
  const { deployment } = await variantOf(shipmate, 7, before.deployment);
  expectSuccess(await shipmate.deploymentEnds(deployment));
  const url = await until('the answer', () => answerOf(shipmate, host()));
  expect(await psql(url, 'select count(*) from carts')).toBe('0');

  const preview = (await databases())[1];
  if (!preview) throw new Error('there is no database of the preview');
  const parts = await partsOf(preview.id);
  // The passwords of the application and of the administrator.
  expect([parts.volumes.length, parts.secrets.length]).toEqual([1, 2]);
  expect(await leftOfParts(parts)).toHaveLength(4);
  await tellRequest(shipmate, app, { ...opened, commit, happened: 'merged', at: '2026-11-28T11:00:00Z' });
  await until('the removal', async () => (await databases()).length === 1);
  await until('the end of the network', async () =>
    Object.values(await leftOf(before.id)).every((count) => count === 0),
  );
  expect(await leftOfParts(parts)).toEqual([]);
  expect(await shipmate.rows('select from restores')).toEqual([]);
  expect(await shipmate.rows('select from volumes')).toHaveLength(1);
});
