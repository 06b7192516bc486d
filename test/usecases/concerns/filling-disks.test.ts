import { hostname } from 'node:os';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Disk } from '../../../src/entities/disk.ts';
import type { FileSystem } from '../../../src/host/file-systems.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { noApplications } from '../../../src/replies/application-reply.ts';
import { fillingDisks } from '../../../src/usecases/concerns/filling-disks.ts';
import { fullDisks } from '../../../src/usecases/concerns/full-disks.ts';
import { watchDisks } from '../../../src/usecases/watchers/watch-disks.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';

const gibibyte = 1024 ** 3;
const dataDir = '/nonexistent';

let db: TestDatabase;
let deps: Deps;
beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, { swarm: { ...fakeSwarm().swarm, rootFolder: async () => '/nowhere' } });
});
beforeEach(async () => void (await db.database.asSystem().nativeDelete(Disk, {})));
afterAll(() => db.close());

/** A disk of 100 GiB. */
function disk(used: number): FileSystem {
  const usedBytes = Math.round(used * gibibyte);
  return { device: 1, sizeBytes: 100 * gibibyte, usedBytes, freeBytes: 100 * gibibyte - usedBytes };
}

function looking(used: number) {
  return async (path: string) => (path === dataDir ? disk(used) : undefined);
}

/** Half an hour of 20 GiB an hour up to now; 70 GiB are in use then. */
async function fill(host = hostname()): Promise<Date> {
  const now = Date.now();
  for (let minutes = 30; minutes >= 0; minutes -= 5) {
    await watchDisks(deps, { host, now: new Date(now - minutes * 60_000), look: looking(70 - minutes / 3) });
  }
  return new Date(now);
}

const said = `The disk of \`${dataDir}\` on ${hostname()} is 70 % full: 30 GiB left, full in about 1 h 30 min at this rate.`;

it('a disk that fills fast is known with its rate, and a concern before it is nearly full', async () => {
  const now = await fill();
  expect(await fillingDisks(deps, { look: looking(70), now })).toEqual([
    { host: hostname(), name: 'data', path: dataDir, level: 'danger', usedPercent: 70, isSoon: true, why: said },
  ]);
  expect(await fullDisks(deps, looking(70), now)).toEqual([
    {
      name: 'disk',
      why: `${said} Free space there before nothing can be stored; \`schedule run retention\` removes what is no longer needed.`,
    },
  ]);
});

it('one of another host is known as it was seen, and forgotten after a quarter of an hour', async () => {
  await fill('host-b');
  const seen = { host: 'host-b', name: 'data', path: dataDir, level: 'danger', usedPercent: 70, isSoon: false };
  const why = `The disk of \`${dataDir}\` on host-b is 70 % full: 30 GiB left.`;
  expect(await fillingDisks(deps, { look: looking(1) })).toEqual([{ ...seen, why }]);
  expect(await fillingDisks(deps, { now: new Date(Date.now() + 16 * 60_000) })).toEqual([]);
});

it('`status` says so to platform admins, whatever else there is to show', async () => {
  const ada = await makePerson(deps, 'super_admin');
  const grace = await makePerson(deps, 'admin');
  expect(await ada.type('status')).toEqual({ tone: 'info', text: noApplications, data: [] });
  await watchDisks(deps, { host: 'host-b', look: looking(92) });
  expect(await ada.type('status')).toEqual({
    tone: 'warning',
    text: noApplications,
    data: [],
    fields: [{ name: 'Attention', value: `The disk of \`${dataDir}\` on host-b is 92 % full: 8 GiB left.` }],
  });
  await watchDisks(deps, { host: 'host-b', look: looking(99.5) });
  const { fields } = await ada.type('status');
  expect(fields).toEqual([
    {
      name: 'Attention',
      value:
        `The disk of \`${dataDir}\` on host-b is 100 % full: 512 MiB left. Free space there before nothing can be stored; ` +
        '`schedule run retention` removes what is no longer needed.',
    },
  ]);
  expect(await grace.type('status')).toEqual({ tone: 'info', text: noApplications, data: [] });
});
