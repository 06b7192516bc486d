import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase } from '../../src/database/connect.ts';
import { programsFolder } from '../../scripts/support/ingress-image.ts';
import { findProgram } from '../../src/host/find-program.ts';
import type { Task } from '../../src/swarm/services/task.ts';
import { createSmallRepository } from '../support/cluster-application.ts';
import { expectSuccess } from '../support/expect-end.ts';
import { makeRoute } from '../support/factories.ts';
import { copyWithoutLabels } from '../support/plain-copy.ts';
import { openShipmate, type RunningShipmate } from '../support/shipmate.ts';
import { registryLogin } from '../support/registry.ts';
import { type ClusterNode, openCluster, type SwarmCluster } from '../support/swarm-cluster.ts';
import { until } from '../support/until.ts';
import { worded } from '../support/worded.ts';

interface Deployed {
  deployment: { id: string };
}

const opened = new AsyncDisposableStack();
let cluster: SwarmCluster;
let shipmate: RunningShipmate;
let app: string;
let image: string;

beforeAll(async () => {
  cluster = opened.use(await openCluster());
  const caddy = await findProgram('caddy', programsFolder);
  shipmate = opened.use(
    await openShipmate({
      env: {
        DOCKER_HOST: cluster.nodes[0].host,
        PATH: [dirname(caddy), process.env['PATH']].join(delimiter),
        SHIPMATE_REGISTRY: cluster.registry,
        SHIPMATE_REGISTRY_USERNAME: registryLogin.username,
        SHIPMATE_REGISTRY_PASSWORD: registryLogin.password,
        // Not there, so that it is made from the package; the public one would be asked for in vain for long.
        SHIPMATE_INGRESS_IMAGE: `${cluster.registry}/caddy:2`,
      },
    }),
  );
  app = `${shipmate.project}/web`;
});
afterAll(() => opened.disposeAsync());

/** @returns the image that runs. */
async function deploy(name: string): Promise<string> {
  const { deployment } = (await shipmate.command(`deploy ${name}`)).data as Deployed;
  const ended = expectSuccess(await shipmate.deploymentEnds(deployment.id));
  return ended.metadata.image ?? '';
}

/** The same program as an image that Shipmate did not build. */
async function pushFiles(): Promise<string> {
  const { docker } = cluster.nodes[0];
  const repo = `${cluster.registry}/files`;
  await copyWithoutLabels(docker, image, repo, '1');
  const authconfig = { ...registryLogin, serveraddress: cluster.registry };
  const answer = await docker.getImage(`${repo}:1`).push({ authconfig });
  for await (const _chunk of answer) continue;
  return `${repo}:1`;
}

/** Where the tasks of an application run, by node. */
async function placesOf(name: string): Promise<string[]> {
  const [, short] = name.split('/');
  const { docker } = cluster.nodes[0];
  const tasks = (await docker.listTasks({ filters: { 'desired-state': ['running'] } })) as (Task & {
    NodeID: string;
  })[];
  const services = (await docker.listServices()).filter(({ Spec }) => Spec?.Name?.includes(`-${short}-`));
  const nodes = (await docker.listNodes()) as { ID: string; Description: { Hostname: string } }[];
  return tasks
    .filter(({ ServiceID, Status }) => Status.State === 'running' && services.some(({ ID }) => ID === ServiceID))
    .map(({ NodeID }) => nodes.find(({ ID }) => ID === NodeID)?.Description.Hostname ?? NodeID)
    .sort();
}

/** What the ingress of a node answers, `times` requests one after the other. */
async function ask(node: ClusterNode, name: string, path = '/', times = 1): Promise<string[]> {
  const [project, short] = name.split('/');
  const script = `
    const http = require('http');
    const once = () => new Promise((resolve) => {
      const options = { host: '${node.address}', port: ${shipmate.ingressPort}, path: '${path}', timeout: 60000,
        headers: { host: '${short}.${project}.localhost' }, agent: false };
      const request = http.get(options, async (response) => {
        let body = '';
        for await (const chunk of response) body += chunk;
        resolve(response.statusCode + ' ' + body.trim());
      });
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.on('error', (error) => resolve(error.message));
    });
    (async () => { for (let i = 0; i < ${times}; i += 1) console.log(await once()); })();`;
  return (await cluster.inside(process.execPath, ['-e', script])).trim().split('\n');
}

it('spreads a version over the nodes, each of which pulls it by digest', async () => {
  await using repository = await createSmallRepository();
  await repository.commit('1');
  await shipmate.command(
    `app create ${app} --repo ${repository.path} --provider github --repository acme/web --port 8080 --replicas 3`,
  );
  image = await deploy(app);
  expect(image).toMatch(/^10\.213\.0\.1:5000\/[a-z0-9-]+:[0-9a-f-]+@sha256:[0-9a-f]{64}$/);
  expect(await placesOf(app)).toEqual(['node-1', 'node-2', 'node-3']);
});

it('is answered for by the ingress of every node', async () => {
  for (const node of cluster.nodes) expect(await ask(node, app)).toEqual(['200 1']);
});

it('runs one task of a global service of a compose file on each node', async () => {
  const stack = `${shipmate.project}/agents`;
  await using repository = await createSmallRepository();
  await writeFile(
    join(repository.path, 'compose.yaml'),
    'services: { agent: { build: ., deploy: { mode: global } } }\n',
  );
  await repository.commit('1');
  await shipmate.command(
    `app create ${stack} --type compose --repo ${repository.path} --provider github --repository acme/agents`,
  );
  await deploy(stack);
  expect(await placesOf(stack)).toEqual(['node-1', 'node-2', 'node-3']);
  await shipmate.command(`stop ${stack}`);
});

it('takes a new configuration on every node', async () => {
  const other = `${shipmate.project}/files`;
  const files = await pushFiles();
  await shipmate.command(`app create ${other} --image ${files} --port 8080`);
  await shipmate.command(`app set ${other} constraints=node.hostname==node-3`);
  await shipmate.command(`volume create ${shipmate.project}-data ${other} /www/data`);
  expect(await deploy(other)).toMatch(new RegExp(`^${files}@sha256:[0-9a-f]{64}$`));
  expect(await placesOf(other)).toEqual(['node-3']);
  for (const node of cluster.nodes) expect(await ask(node, other)).toEqual(['200 1']);
});

describe('when a node is lost', () => {
  beforeAll(async () => {
    const database = await connectDatabase(shipmate.databaseUrl);
    await makeRoute(database, { pattern: '*/*', events: ['node-lost'] });
    await database.close();
    await shipmate.command('schedule run watch-nodes');
  });

  it('its tasks start elsewhere, and the others answer for all of them', async () => {
    const [, other, lost] = cluster.nodes;
    await writeData(lost, 'kept');
    await lost.lose();
    await until('the loss is seen', async () => (await stateOf('node-3'))?.startsWith('down'));
    await until('three tasks on two nodes', async () => (await placesOf(app)).length === 3);
    expect(await placesOf(app)).not.toContain('node-3');
    expect(new Set(await ask(other, app, '/', 20))).toEqual(new Set(['200 1']));
  });

  it('the log says whose lines are missing', async () => {
    const { text } = await shipmate.command(`logs ${app} --lines 200`);
    expect(text).toBe('The log is empty. Lines are missing: node `node-3` is not available.');
  });

  it('the loss is notified, with what waits for it', async () => {
    await notified('Node node-3 is lost', `Waiting for it, since their data is there: ${shipmate.project}/files.`);
  });

  it('an application whose data are there waits, and says for what', async () => {
    const waits = expect.stringMatching(/data of the volume `.*-data` is on node `node-3`, which is down.*\(heartbeat/);
    const { data } = await shipmate.command(`status ${shipmate.project}/files`);
    expect(data).toMatchObject({ running: 0, waits });
    const { deployment } = (await shipmate.command(`deploy ${shipmate.project}/files`)).data as Deployed;
    const refused = await shipmate.deploymentEnds(deployment.id);
    expect(refused).toMatchObject({ status: 'failed', metadata: { error: waits } });
  });

  it('and it comes back, the data are there again, and it is handed the newest routes', async () => {
    const [manager, , back] = cluster.nodes;
    const files = `${shipmate.project}/files`;
    await back.start();
    await until('it is seen to be back', async () => (await stateOf('node-3')) === 'ready');
    await until('the data are served', async () => (await ask(manager, files, '/data/note'))[0] === '200 kept');
    await until('its ingress answers', async () => (await ask(back, app))[0] === '200 1');
    expect(await placesOf(files)).toEqual(['node-3']);
    await notified('Node node-3 is back', 'It responds again');
  });
});

/** Waits until the route is notified of this. */
async function notified(title: string, text: string): Promise<void> {
  await until(`"${title}" is notified`, async () => {
    await shipmate.command('schedule run watch-nodes');
    const sql = `select payload from notifications where event = 'node-lost' order by id desc limit 1`;
    const [row] = await shipmate.rows<{ payload: object }>(sql);
    const reply = row && (await worded(row));
    return reply?.title === title && reply.text?.includes(text);
  });
}

/** Into the volume, as the application would. */
async function writeData({ docker }: ClusterNode, text: string): Promise<void> {
  const volume = await until('the volume is there', async () => {
    const { Volumes } = await docker.listVolumes();
    return Volumes.find(({ Name }) => Name.startsWith(`${shipmate.project}-data`));
  });
  await writeFile(join(volume.Mountpoint, 'note'), text);
}

/** As `node list` shows it. */
async function stateOf(name: string): Promise<string | undefined> {
  const { table } = await shipmate.command('node list');
  return table?.rows.find(([node]) => node === name)?.[2];
}
