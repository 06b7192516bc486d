import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Incident } from '../../../src/entities/incident.ts';
import { Disk } from '../../../src/entities/disk.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { fileSystemOf } from '../../../src/host/file-systems.ts';
import { fillsFast, fullInDays, fullInHours } from '../../../src/usecases/watchers/disk-growth.ts';
import { diskLevel, watchDisks } from '../../../src/usecases/watchers/watch-disks.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeRoute } from '../../support/factories.ts';
import { fakeDeps, fakeSwarm } from '../../support/fakes.ts';
import { allWorded, worded } from '../../support/worded.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await makeRoute(db.database, { pattern: '*/*', events: ['disk-full'] });
});
beforeEach(async () => {
  await db.database.asSystem().nativeDelete(Notification, {});
  await db.database.asSystem().nativeDelete(Disk, {});
  await db.database.asSystem().nativeDelete(Incident, {});
});
afterAll(() => db.close());

const gigabyte = 1e9;
const start = new Date('2026-11-20T00:00:00Z');

/** A disk of 100 GB, so many hours after the first look. */
function disk(used: number, device = 1) {
  return { device, sizeBytes: 100 * gigabyte, usedBytes: used * gigabyte, freeBytes: (100 - used) * gigabyte };
}

async function look(used: number, hours = 0, docker?: ReturnType<typeof disk>): Promise<string> {
  const deps = fakeDeps(db.database, { swarm: { ...fakeSwarm().swarm, rootFolder: async () => '/var/lib/docker' } });
  return watchDisks(deps, {
    host: 'h1',
    now: new Date(start.getTime() + hours * 3_600_000),
    look: async (path) => (path === '/var/lib/docker' ? docker : disk(used)),
  });
}

async function notified(): Promise<string[]> {
  const all = await db.database.asSystem().find(Notification, {}, { orderBy: { id: 'asc' } });
  const replies = await allWorded(all);
  return all.map(({ count, severity }, at) => `${count}× ${severity} ${replies[at]?.title}`);
}

describe('a disk that fills', () => {
  it('is notified when it passes a threshold, once for each, and when it has space again', async () => {
    for (const used of [79, 80, 85, 88]) await look(used);
    expect(await notified()).toEqual(['1× warning The disk of h1 is 80 % full']);
    await look(90);
    await look(89);
    await look(50);
    expect(await notified()).toEqual([
      '1× warning The disk of h1 is 80 % full',
      '1× danger The disk of h1 is 90 % full',
      '1× warning The disk of h1 has space again',
    ]);
  });

  it('is one incident from the first threshold until it has space again', async () => {
    const incidents = async () => {
      const all = await db.database.asSystem().find(Incident, {}, { orderBy: { beganAt: 'asc' } });
      return all.map(({ endedAt, error, kind, subject }) => [kind, subject, error, endedAt === null]);
    };
    for (const used of [79, 85, 95]) await look(used);
    expect(await incidents()).toEqual([['disk', 'h1/data', '85 % full', true]]);
    await look(50);
    expect(await incidents()).toEqual([['disk', 'h1/data', '85 % full', false]]);
    await look(80);
    expect((await incidents()).map(([, , , open]) => open)).toEqual([false, true]);
  });

  it('does not flap around a threshold', () => {
    const thresholds = [80, 90] as const;
    expect(diskLevel(78, 'warning', thresholds)).toBe('warning');
    expect(diskLevel(77, 'warning', thresholds)).toBe('ok');
    expect(diskLevel(79, 'ok', thresholds)).toBe('ok');
    expect(diskLevel(88, 'danger', thresholds)).toBe('danger');
    expect(diskLevel(87, 'danger', thresholds)).toBe('warning');
    expect(diskLevel(88, 'warning', thresholds)).toBe('warning');
  });

  it('says how long it lasts at the rate of the last days, and what frees it', async () => {
    for (let hour = 0; hour <= 48; hour += 6) await look(60 + hour / 2, hour);
    const [notification] = (await db.database.asSystem().find(Notification, {})) as [Notification];
    expect(await worded(notification)).toMatchObject({
      text:
        'data (/nonexistent): 17.7 GiB free, full in about 1 d 14 h at this rate.\n' +
        '`schedule run retention` removes images, checkouts and logs that are no longer needed.',
      actions: [{ label: 'Free up space', command: 'schedule run retention' }],
    });
  });

  it('is said long before a threshold when it fills within hours, and when it no longer does', async () => {
    for (let minutes = 0; minutes <= 20; minutes += 5) await look(60 + (minutes / 60) * 18, minutes / 60);
    expect(await notified()).toEqual(['1× danger The disk of h1 fills up: full in about 2 h']);
    for (let minutes = 25; minutes <= 75; minutes += 5) await look(66, minutes / 60);
    expect(await notified()).toHaveLength(1);
    await look(66, 80 / 60);
    expect(await notified()).toEqual([
      '1× danger The disk of h1 fills up: full in about 2 h',
      '1× warning The disk of h1 has space again',
    ]);
  });

  it('is not said of a build that is over by then, nor while there is much left', async () => {
    await look(60);
    for (let minutes = 5; minutes <= 90; minutes += 5) await look(75, minutes / 60);
    expect(await notified()).toEqual([]);
    await db.database.asSystem().nativeDelete(Disk, {});
    for (let minutes = 0; minutes <= 60; minutes += 5) await look((minutes / 60) * 45, minutes / 60);
    expect(await notified()).toEqual([]);
  });

  it('is one where data and Docker share it, and two where they do not', async () => {
    expect(await look(10, 0, disk(10))).toBe('data and docker 10 %');
    expect(await look(10, 0, disk(95, 2))).toBe('data 10 %, docker 95 %');
  });

  it('keeps few samples, and forgets hosts that are gone', async () => {
    for (let minutes = 0; minutes < 180; minutes += 5) await look(10, minutes / 60);
    const [row] = await db.database.asSystem().find(Disk, {});
    expect(row?.samples.length).toBe(3);
    await look(10, 24 * 8, disk(5, 2));
    expect((await db.database.asSystem().find(Disk, {})).map(({ name }) => name).sort()).toEqual(['data', 'docker']);
    await look(10, 24 * 16);
    expect((await db.database.asSystem().find(Disk, {})).map(({ name }) => name)).toEqual(['data']);
  });
});

describe('the estimate', () => {
  const samples = (perDay: number, hours: number) =>
    Array.from({ length: hours }, (_, hour): [number, number] => [hour * 3_600, 50e9 + (perDay * hour) / 24]);

  it('is by the line that fits the samples', () => {
    expect(fullInDays({ samples: samples(1e9, 48), freeBytes: 10e9 })).toBeCloseTo(10, 5);
  });

  it.each([
    ['does not grow', samples(-1e9, 48)],
    ['grows too slowly to matter', samples(1e6, 48)],
    ['has not been watched for long', samples(1e9, 5)],
    ['has not been watched at all', []],
  ])('is none of a disk that %s', (_what, some) => {
    expect(fullInDays({ samples: some, freeBytes: 10e9 })).toBeUndefined();
  });
});

describe('the estimate of the last hour', () => {
  const now = { at: 10_000, used: 70e9, free: 30e9 };

  it.each<[string, [number, number][], number | undefined]>([
    [
      'by the latest sample of at least 20 minutes ago',
      [
        [1_000, 10e9],
        [8_800, 60e9],
        [9_400, 69e9],
      ],
      1,
    ],
    [
      'from two hours back at most',
      [
        [2_800, 40e9],
        [9_400, 69e9],
      ],
      2,
    ],
    [
      'none from earlier',
      [
        [2_799, 40e9],
        [9_400, 69e9],
      ],
      undefined,
    ],
    ['none of a disk that does not grow', [[8_000, 70e9]], undefined],
    ['none without samples', [], undefined],
  ])('is %s', (_what, samples, hours) => {
    expect(fullInHours(samples, now)).toEqual(hours === undefined ? undefined : expect.closeTo(hours, 9));
  });

  it.each([
    [{ hours: 6, hoursOfLate: 12, usedPercent: 50, was: false }, true],
    [{ hours: 6.1, hoursOfLate: 6, usedPercent: 50, was: false }, false],
    [{ hours: 6, hoursOfLate: 12.1, usedPercent: 50, was: false }, false],
    [{ hours: 6, hoursOfLate: undefined, usedPercent: 50, was: false }, false],
    [{ hours: 1, hoursOfLate: 1, usedPercent: 49, was: false }, false],
    [{ hours: 12, hoursOfLate: undefined, usedPercent: 50, was: true }, true],
    [{ hours: 12.1, hoursOfLate: 1, usedPercent: 50, was: true }, false],
    [{ hours: undefined, hoursOfLate: undefined, usedPercent: 99, was: true }, false],
  ])('of %j is fast: %s', (growth, isFast) => {
    expect(fillsFast(growth)).toBe(isFast);
  });
});

describe('the file system of a folder', () => {
  it('is as large as it says, and none where there is no folder', async () => {
    const found = await fileSystemOf('/');
    expect(found?.sizeBytes).toBeGreaterThanOrEqual((found?.usedBytes ?? 0) + (found?.freeBytes ?? 0));
    expect(found?.freeBytes).toBeGreaterThan(0);
    expect(await fileSystemOf('/nonexistent/folder')).toBeUndefined();
  });
});
