import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectDatabase } from '../../../src/database/connect.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { SwarmNodeRecord } from '../../../src/entities/swarm-node.ts';
import type { SwarmNode } from '../../../src/swarm/swarm.ts';
import { watchNodes } from '../../../src/usecases/watchers/watch-nodes.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeRoute } from '../../support/factories.ts';
import { fakeSwarm, swarmNode } from '../../support/fakes.ts';
import { allWorded } from '../../support/worded.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await makeRoute(db.database, { pattern: '*/*', events: ['node-lost'] });
});
beforeEach(async () => {
  await db.database.asSystem().nativeDelete(Notification, {});
  await db.database.asSystem().nativeDelete(SwarmNodeRecord, {});
});
afterAll(() => db.close());

const leader = swarmNode();
const worker = (over: Partial<SwarmNode> = {}) =>
  swarmNode({ id: 'w', hostname: 'host-2', role: 'worker', leader: false, address: '10.0.0.2', tasks: 5, ...over });

function see(nodes: SwarmNode[], database = db.database): Promise<string> {
  return watchNodes({ database, swarm: { ...fakeSwarm().swarm, nodes: async () => nodes } });
}

async function notified(): Promise<string[]> {
  const all = await db.database.asSystem().find(Notification, {}, { orderBy: { id: 'asc' } });
  const replies = await allWorded(all);
  return all.map(({ count }, at) => `${count}× ${replies[at]?.title}: ${replies[at]?.text}`);
}

describe('a node', () => {
  it('that does not answer is lost, which is notified once, with what ran there before', async () => {
    await see([leader, worker()]);
    const down = worker({ state: 'down', message: 'heartbeat failure', tasks: 0 });
    expect(await see([leader, down])).toBe('2 nodes, 1 lost');
    await see([leader, down]);
    expect(await notified()).toEqual([
      '1× Node host-2 is lost: 10.0.0.2 is not responding: heartbeat failure.\n' +
        '5 tasks ran there. Swarm restarts them on other nodes, except those whose volumes are on this one.',
    ]);
  });

  it('that answers again is notified in the same message within ten minutes', async () => {
    await see([leader, worker()]);
    await see([leader, worker({ state: 'down' })]);
    await see([leader, worker()]);
    await see([leader, worker()]);
    expect(await notified()).toEqual([
      expect.stringContaining('2× Node host-2 is back: It responds again after 1 min.'),
    ]);
    expect(await db.database.asSystem().findOneOrFail(SwarmNodeRecord, 'w')).toMatchObject({
      state: 'ready',
      lostAt: null,
    });
  });

  it('that leads says how many managers are left', async () => {
    const managers = [1, 2, 3].map((number) => swarmNode({ id: `m${number}`, hostname: `host-${number}`, tasks: 0 }));
    await see(managers);
    await see(managers.map((node, at) => (at === 2 ? { ...node, state: 'down' as const } : node)));
    expect((await notified())[0]).toContain(
      '2 of 3 managers are responding; the swarm accepts changes with 2 or more.',
    );
  });

  it.each([
    ['was drained on purpose', { availability: 'drain', state: 'down' }],
    ['was paused on purpose', { availability: 'pause', state: 'down' }],
    ['is not known yet, as after an election', { state: 'unknown' }],
  ] as [string, Partial<SwarmNode>][])('that %s is not lost', async (_why, over) => {
    await see([leader, worker()]);
    expect(await see([leader, worker(over)])).toBe('2 nodes, 0 lost');
    expect(await notified()).toEqual([]);
  });

  it('that was taken out of the swarm is forgotten', async () => {
    await see([leader, worker({ state: 'down' })]);
    await see([leader]);
    expect(await db.database.asSystem().count(SwarmNodeRecord, {})).toBe(1);
  });

  it('is notified once by several Shipmates that look at the same time', async () => {
    await see([leader, worker()]);
    const other = await connectDatabase(db.url);
    try {
      const nodes = [leader, worker({ state: 'down' })];
      await Promise.all([see(nodes), see(nodes, other), see(nodes), see(nodes, other)]);
    } finally {
      await other.close();
    }
    expect(await notified()).toEqual([expect.stringMatching(/^1× Node host-2 is lost/)]);
  });
});
