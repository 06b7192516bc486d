import { describe, expect, it } from '@jest/globals';
import { networkOf } from '../../../src/usecases/applications/application-network.ts';
import {
  judgePort,
  type PortLook,
  readWatchedPorts,
  uncertainIn,
  type WatchedPort,
} from '../../../src/usecases/watchers/watched-ports.ts';
import { createTestDatabase } from '../../support/database.ts';
import { makeApplication } from '../../support/factories.ts';

const minute = 60_000;
const web: WatchedPort = { application: 'a', service: 'web', network: 'n', port: 80 };

/** A look at `web`: of each task whether it took a connection, undefined if it was not tried. */
function look(states: (boolean | undefined)[], age = 2 * minute): PortLook {
  const attempts = states.map((open, at) => ({
    service: 'web',
    address: `10.0.0.${at}`,
    since: new Date(Date.now() - age),
    container: `c${at}`,
    open,
  }));
  return new Map([['web', attempts]]);
}

const nothing: PortLook = new Map();
const closed = (tasks: number, answering: number, container: string) => ({ port: 80, tasks, answering, container });

describe('a port', () => {
  it.each([
    ['is open when all tasks take connections', look([true, true]), nothing, 'open'],
    ['is open when the first look was not possible and the second is good', undefined, look([true]), 'open'],
    ['is closed when a task refuses twice', look([true, false]), look([true, false]), closed(2, 1, 'c1')],
    ['is closed when all do', look([false, false]), look([false, false]), closed(2, 0, 'c0')],
    ['is unclear when it refuses once', look([false]), look([true]), 'unclear'],
    ['is unclear when another task refuses each time', look([false, true]), look([true, false]), 'unclear'],
    ['is unclear when it refuses at the only look', undefined, look([false]), 'unclear'],
    ['is unclear when its tasks were not tried', look([undefined]), nothing, 'unclear'],
    ['is unclear when its task is gone at the second look', look([false]), nothing, 'unclear'],
    ['is unclear while its tasks may still start', look([false], minute / 2), look([false], minute / 2), 'unclear'],
    ['is not known of without tasks', nothing, nothing, undefined],
    ['is not known of where ports cannot be tried', undefined, undefined, undefined],
  ])('%s', (_what, first, second, verdict) => {
    expect(judgePort(web, [first, second], minute)).toEqual(verdict);
  });
});

it('only what refused is looked at again, and everything where the first look was not possible', () => {
  const other = { ...web, service: 'other' };
  expect(uncertainIn(look([true, false]), [web, other])).toEqual([web]);
  expect(uncertainIn(look([true, undefined]), [web, other])).toEqual([]);
  expect(uncertainIn(undefined, [web, other])).toEqual([web, other]);
});

it('a preview of commits from outside is reached on its own network', async () => {
  await using db = await createTestDatabase();
  const inside = await makeApplication(db.database, {
    status: 'running',
    dockerConfig: { ports: [{ container: 80 }] },
  });
  const { project } = inside;
  const preview = { of: inside.name, number: 7, outside: true };
  const shape = { status: 'running' as const, project, dockerConfig: { ports: [{ container: 80 }] } };
  const outside = await makeApplication(db.database, { ...shape, name: '7-api', sourceConfig: { preview } });
  const ports = await readWatchedPorts(db);
  const networks = new Map(ports.map(({ application, network }) => [application, network]));
  expect(networks.get(outside.id)).toBe(networkOf(outside));
  expect(networks.get(inside.id)).toBe(networkOf(inside));
  expect(networkOf(outside)).not.toBe(networkOf(inside));
});
