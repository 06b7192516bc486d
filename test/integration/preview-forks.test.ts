import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureNodeBaseImage } from '../../scripts/support/base-image.ts';
import { labelKeys } from '../../src/swarm/labels.ts';
import { type DatabaseImage, ensureDatabaseImage } from '../support/database-images.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { answerOf, leftOf, tellRequest, variantOf } from '../support/preview-requests.ts';
import { type PublicRegistry, startPublicRegistry } from '../support/registry.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { docker } from '../support/swarm-fixture.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** Says what it was given, whether a database listens there, and whether that of the application does. */
const server = (version: string) => `
const net = require('node:net');
const listens = (url) => new Promise((resolve) => {
  const { hostname, port } = new URL(url);
  net.connect(port, hostname).on('connect', function () { this.destroy(); resolve(true); }).on('error', () => resolve(false));
});
require('node:http').createServer(async (_, response) => {
  const { DATABASE_URL, PRODUCTION, SIGNING_KEY, TOKEN } = process.env;
  response.end(JSON.stringify({
    version: '${version}', secrets: [SIGNING_KEY, TOKEN].filter(Boolean),
    database: await listens(DATABASE_URL), production: await listens(PRODUCTION),
  }));
}).listen(8080);`;

let registry: PublicRegistry;
let base: string;
let shipmate: RunningShipmate;
let app: TestApp;
let postgres: DatabaseImage;

beforeAll(async () => {
  registry = await startPublicRegistry();
  base = `${registry.address}/node-base`;
  await docker.getImage(await ensureNodeBaseImage()).tag({ repo: base, tag: '1' });
  await finished(await docker.getImage(`${base}:1`).push({ authconfig: {} }));
  postgres = await ensureDatabaseImage('postgresql');
  shipmate = await openShipmate();
  app = await createTestApp(shipmate, { name: 'forked', settings: '--port 8080', base: `${base}:1` });
  const orders = `${shipmate.project}/orders`;
  await shipmate.command(
    `db create ${orders} --type postgresql --image ${postgres.image} --version ${postgres.version}`,
  );
  await until('the database', async () => (await databases())[0]?.status === 'running');
  await shipmate.command(`db attach ${orders} ${app.name}`);
  const { data } = await shipmate.command(`db show ${orders}`);
  const { host, port } = data as { host: string; port: number };
  await shipmate.command(`env set ${app.name} PRODUCTION=postgres://${host}:${port} --preview`);
  await shipmate.command(`env set ${app.name} SIGNING_KEY --secret`, { secret: 'of-production' });
  await shipmate.command(`env set ${app.name} TOKEN --secret --preview`, { secret: 'of-previews' });
  await shipmate.command(`app set ${app.name} previews=on previews-database=backup previews-env=SIGNING_KEY`);
});
afterAll(async () => {
  await shipmate.close();
  await app[Symbol.asyncDispose]();
  await docker.getImage(`${base}:1`).remove({ force: true });
  await registry[Symbol.asyncDispose]();
});

async function finished(stream: NodeJS.ReadableStream): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

async function databases() {
  return shipmate.rows<{ id: string; status: string; preview: object | null }>(
    'select id, status, preview from databases order by variant_id is not null',
  );
}

const host = () => `9-forked.${shipmate.project}.localhost`;
const request = { number: 9, branch: 'main', from: 'eve/forked' } as const;

async function servedVersion(version: string): Promise<unknown> {
  return until(`version ${version}`, async () => {
    const body = await answerOf(shipmate, host());
    const answer = body === undefined ? undefined : (JSON.parse(body) as { version: string });
    return answer?.version === version ? answer : undefined;
  });
}

/** As a person does who has looked at the commit. */
async function approve(commit: string, waiting: string): Promise<string> {
  await shipmate.command(`preview open ${app.name} 9 --commit ${commit.slice(0, 7)}`);
  const { deployment } = await variantOf(shipmate, 9, waiting);
  const end = await shipmate.deploymentEnds(deployment);
  expectSuccess(end);
  return deployment;
}

it('runs a commit of a fork that was approved, with an empty database and no secret', async () => {
  const commit = await app.commit('1', { server: server('1') });
  await tellRequest(shipmate, app, { ...request, commit, happened: 'opened' });
  const waiting = await variantOf(shipmate, 9);
  expect((await shipmate.deployment(waiting.deployment)).metadata.approval?.state).toBe('waiting');
  expect(await leftOf(waiting.id)).toEqual({ services: 0, containers: 0, images: 0, networks: 0, volumes: 0 });
  expect(await databases()).toHaveLength(1);

  await approve(commit, waiting.deployment);
  expect(await servedVersion('1')).toEqual({ version: '1', secrets: [], database: true, production: false });
  expect((await databases()).map(({ preview }) => preview)).toEqual([null, { data: 'empty', outside: true }]);
  expect(await shipmate.rows('select from restores')).toEqual([]);
});

it('lets a new commit wait for an approval of its own, while the approved one serves on', async () => {
  const commit = await app.commit('2', { server: server('2') });
  const { deployment: before } = await variantOf(shipmate, 9);
  await tellRequest(shipmate, app, { ...request, commit, happened: 'changed', at: '2026-11-28T10:30:00Z' });
  const waiting = await variantOf(shipmate, 9, before);
  expect((await shipmate.deployment(waiting.deployment)).metadata.approval?.state).toBe('waiting');
  expect(await servedVersion('1')).toMatchObject({ version: '1' });
  await approve(commit, waiting.deployment);
  expect(await servedVersion('2')).toMatchObject({ version: '2', secrets: [], database: true });
});

it('leaves nothing behind when the request is closed', async () => {
  const { deployment, id } = await variantOf(shipmate, 9);
  const [, database] = await databases();
  const network = await networkOfPreview(id);
  const { commit_sha: commit } = await shipmate.deployment(deployment);
  await tellRequest(shipmate, app, {
    ...request,
    commit: commit ?? '',
    happened: 'closed',
    at: '2026-11-28T11:00:00Z',
  });
  await until('the removal', async () => Object.values(await leftOf(id)).every((count) => count === 0));
  await until('the end of the route', async () => (await answerOf(shipmate, host())) === undefined);
  await until('the end of the database', async () => (await databases()).length === 1);
  const filters = { label: [`${labelKeys.database}=${database?.id}`] };
  expect(await docker.listServices({ filters })).toEqual([]);
  const { Volumes: volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
  expect(volumes ?? []).toEqual([]);
  await until(
    'the end of the network',
    async () => (await docker.listNetworks({ filters: { id: [network] } })).length === 0,
  );
});

/** The only one that its tasks are on, besides that of the ingress. */
async function networkOfPreview(id: string): Promise<string> {
  const filters = { label: [`${labelKeys.application}=${id}`] };
  const [service] = await docker.listServices({ filters });
  const [network, ...more] = service?.Spec?.TaskTemplate?.Networks ?? [];
  expect(more).toEqual([]);
  return network?.Target ?? '';
}
