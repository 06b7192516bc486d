import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import type { Application } from '../../../src/entities/application.ts';
import { SwarmNodeRecord } from '../../../src/entities/swarm-node.ts';
import type { SwarmNode } from '../../../src/swarm/swarm.ts';
import { chooseNode } from '../../../src/usecases/nodes/choose-node.ts';
import { placeTasks } from '../../../src/usecases/nodes/place-tasks.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeSwarm, swarmNode } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { specOf } from '../../support/swarm-fixture.ts';

const byDigest = 'registry.example/shop-api:1@sha256:aa';
const one = swarmNode({ id: 'n1', hostname: 'node-1', tasks: 5 });
const two = swarmNode({ id: 'n2', hostname: 'node-2', own: false, leader: false, role: 'worker', tasks: 1 });
const three = swarmNode({ ...two, id: 'n3', hostname: 'node-3', tasks: 0, labels: { disk: 'ssd' } });

let db: TestDatabase;
let ada: Person;
let application: Application;
let nodes: SwarmNode[];
let tasksOn: string[];
let onDisk: string[];
let inRegistry: boolean;
const deps = () => {
  const swarm = {
    ...fakeSwarm().swarm,
    nodes: async () => nodes,
    nodesOf: async () => tasksOn,
    isOnlyHere: async (image: string) => !inRegistry && image !== byDigest,
    hasVolume: async (name: string) => onDisk.includes(name),
  };
  return fakeDeps(db.database, { swarm });
};

beforeAll(async () => void (db = await createTestDatabase()));
afterAll(() => db.close());
beforeEach(async () => {
  nodes = [one, two, three];
  tasksOn = [];
  onDisk = [];
  inRegistry = false;
  ada = await makePerson(deps(), 'admin');
  const project = await makeProject(db.database, { owner: ada.user });
  application = await makeApplication(db.database, { name: 'api', project });
});

async function place(image = byDigest, constraints: string[] = [], isPreview = false) {
  const volumes = [{ name: `docker-${application.id}`, type: 'docker_volume', target: '/data', options: {} }] as const;
  const spec = specOf('shop-api', 'shop', { image, docker: { constraints }, volumes: [...volumes] });
  const placed = await placeTasks(deps(), { application: application.id }, spec, { isPreview });
  return { constraints: placed.spec.docker.constraints, ...(placed.note !== undefined && { note: placed.note }) };
}

async function addVolume(name: string, type = 'docker_volume', node?: SwarmNode): Promise<void> {
  await executeSql(
    db.database.asSystem(),
    `insert into volumes (id, application_id, name, type, mount_path, size_gb, options, node_id, node_name)
     values (gen_random_uuid(), $1, $2, $3, '/data/' || gen_random_uuid(), 1, '{}', $4, $5)`,
    [application.id, name, type, node?.id ?? null, node?.hostname ?? null],
  );
}

async function nodesOfVolumes(): Promise<unknown[]> {
  const sql = 'select node_name from volumes where application_id = $1 order by name';
  return (await executeSql(db.database.asSystem(), sql, [application.id])).rows.map((row) => row['node_name']);
}

describe('tasks', () => {
  it('run anywhere when every node can pull their image', async () => {
    expect(await place()).toEqual({ constraints: [] });
  });

  it('run anywhere with an image by tag that a registry has', async () => {
    inRegistry = true;
    expect(await place('registry.example/shop-api:1')).toEqual({ constraints: [] });
  });

  it('run where the image is when no registry has it, and the person is told', async () => {
    expect(await place('shipmate/shop-api:1')).toEqual({
      constraints: ['node.id==n1'],
      note: expect.stringMatching(/image is only on node node-1.*SHIPMATE_REGISTRY.*3 nodes/),
    });
    nodes = [one];
    expect(await place('shipmate/shop-api:1')).toEqual({ constraints: [] });
  });

  it('stay with their volumes, first on the node that has the fewest tasks', async () => {
    await addVolume(`first-${application.id}`);
    await addVolume(`media-${application.id}`, 'nfs');
    await addVolume(`second-${application.id}`);
    expect(await place()).toEqual({ constraints: ['node.id==n3'] });
    expect(await nodesOfVolumes()).toEqual(['node-3', null, 'node-3']);
    nodes = [one, two, { ...three, tasks: 99 }];
    expect(await place()).toEqual({ constraints: ['node.id==n3'] });
  });

  it('of a preview with volumes run on the Engine’s own node, where these can be deleted, if they may', async () => {
    expect(await place(byDigest, [], true)).toEqual({ constraints: ['node.id==n1'] });
    expect(await place(byDigest, ['node.role==worker'], true)).toEqual({
      constraints: ['node.role==worker', 'node.id==n3'],
    });
    await addVolume(`stack-${application.id}`);
    expect(await place(byDigest, [], true)).toEqual({ constraints: ['node.id==n1'] });
    expect(await nodesOfVolumes()).toEqual(['node-1']);
  });

  it('stay where they ran before volumes were tied to nodes', async () => {
    await addVolume(`uploads-${application.id}`);
    tasksOn = ['n2'];
    expect(await place()).toEqual({ constraints: ['node.id==n2'] });
  });

  it('are refused while the node with their data is lost, with what to do', async () => {
    const volume = `uploads-${application.id}`;
    await addVolume(volume, 'docker_volume', two);
    await db.database.asSystem().transactional(async (em) => {
      em.create(SwarmNodeRecord, {
        id: 'n2',
        hostname: 'node-2',
        role: 'worker',
        address: '10.0.0.2',
        availability: 'active',
        state: 'lost',
        lostAt: new Date('2026-11-27T12:04:00Z'),
      });
    });
    nodes = [one, { ...two, state: 'down', message: 'heartbeat failure' }];
    await expect(place()).rejects.toThrow(
      `on node \`node-2\`, which is down since 2026-11-27 12:04 UTC (heartbeat failure). Tasks wait for that node: start ` +
        `it again. If it is permanently lost, \`volume pin ${volume} <node>\` starts with an empty volume`,
    );
    nodes = [one];
    await expect(place()).rejects.toThrow('which has left the swarm');
  });

  it('follow a host that has joined the swarm anew with its data', async () => {
    const volume = `uploads-${application.id}`;
    await addVolume(volume, 'docker_volume', two);
    nodes = [one];
    onDisk = [`docker-${application.id}`];
    expect(await place()).toEqual({ constraints: ['node.id==n1'] });
    expect(await nodesOfVolumes()).toEqual(['node-1']);
  });

  it('are refused when image and data are on different nodes', async () => {
    await addVolume(`uploads-${application.id}`, 'docker_volume', two);
    await expect(place('shipmate/shop-api:1')).rejects.toThrow('Set `SHIPMATE_REGISTRY`');
  });
});

describe('volume pin', () => {
  it('ties the application to another node, and says where the data stay', async () => {
    const volume = `uploads-${application.id}`;
    await addVolume(volume, 'docker_volume', two);
    const reply = await ada.type(`volume pin ${volume} node-3`);
    expect(reply.text).toMatch(/runs on node `node-3` with the next deployment.*The data stays on `node-2`/);
    expect(await place()).toEqual({ constraints: ['node.id==n3'] });
    const [row] = (await ada.type('audit --action application.volume_pin --limit 1')).data as { details: object }[];
    expect(row?.details).toMatchObject({ before: { node: 'node-2' }, after: { node: 'node-3' } });
    expect((await ada.type(`volume pin ${volume} node-9`)).text).toContain(
      'The swarm has `node-1`, `node-2` and `node-3`.',
    );
  });
});

describe('a node is chosen', () => {
  const down: SwarmNode = { ...three, id: 'n4', state: 'down' };
  const drained: SwarmNode = { ...three, id: 'n5', availability: 'drain' };
  it.each([
    [[], 'n3'],
    [['node.role==manager'], 'n1'],
    [['node.hostname!=node-3', 'node.role == worker'], 'n2'],
    [['node.labels.disk==ssd'], 'n3'],
    [['node.labels.disk!=ssd'], 'n2'],
    [['node.platform.os==linux'], 'n3'],
    [['node.id==n9'], undefined],
  ])('by %j', (constraints, id) => {
    expect(chooseNode([one, two, three, down, drained], constraints)?.id).toBe(id);
  });
});
