import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectDatabase } from '../../../src/database/connect.ts';
import type { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { Notification } from '../../../src/entities/notification.ts';
import { NotificationRoute } from '../../../src/entities/notification-route.ts';
import { Project } from '../../../src/entities/project.ts';
import type { Digest } from '../../../src/entities/digest.ts';
import type { Fact } from '../../../src/entities/notification-facts.ts';
import { nextDigest } from '../../../src/usecases/notifications/digest-schedule.ts';
import { sendDigests } from '../../../src/usecases/digests/send-digests.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment, makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';

const never = new AbortController().signal;
let db: TestDatabase;
let api: Application;
beforeAll(async () => {
  db = await createTestDatabase();
  const project = await makeProject(db.database, { name: 'shop' });
  api = await makeApplication(db.database, { name: 'api', project });
  await deployed('2026-10-20T12:00:00Z');
  await deployed('2026-10-25T12:00:00Z');
  const other = await makeApplication(db.database, { name: 'api' });
  await deployed('2026-10-25T12:00:00Z', other);
});
beforeEach(() => db.database.asSystem().nativeDelete(NotificationRoute, {}));
afterAll(() => db.close());

async function deployed(at: string, application = api): Promise<Deployment> {
  const completedAt = new Date(at);
  return makeDeployment(db.database, { application, status: 'success', startedAt: completedAt, completedAt });
}

interface Wanted {
  digest: string;
  /** Since when it is wanted. */
  since: string;
  pattern?: string;
  ofShop?: boolean;
}

async function route({ digest, since, pattern = 'shop/*', ofShop = true }: Wanted): Promise<void> {
  const zone = 'Europe/Berlin';
  await db.database.asSystem().transactional(async (em) => {
    em.create(NotificationRoute, {
      platform: 'slack',
      channel: `C${pattern}${digest}`,
      pattern,
      zone,
      digest,
      createdBy: null,
      events: ['digest'],
      project: ofShop ? em.getReference(Project, api.project.id) : null,
      digestDueAt: nextDigest({ digest, zone }, new Date(since)),
    });
  });
}

const send = (now: string, database = db.database) => sendDigests(fakeDeps(database), new Date(now), never);

async function sent(): Promise<Digest[]> {
  const all = await db.database.asSystem().find(Notification, { event: 'digest' }, { orderBy: { id: 'asc' } });
  return all.map(({ payload }) => (payload as Fact<'digest'>).digest);
}

describe('a digest', () => {
  it('is sent when its time has come in the zone of the route, and not before', async () => {
    await route({ digest: 'daily@09:00', since: '2026-10-25T12:00:00Z' });
    expect(await send('2026-10-26T07:59:59Z')).toBe(0);
    expect(await send('2026-10-26T08:00:00Z')).toBe(1);
    expect(await send('2026-10-26T08:05:00Z')).toBe(0);
    // The day on which summer time ended had 25 hours.
    expect(await sent()).toMatchObject([
      { from: '2026-10-25T08:00:00.000Z', to: '2026-10-26T08:00:00.000Z', before: '2026-10-24T07:00:00.000Z' },
    ]);
    expect((await sent())[0]?.measures).toMatchObject({ ended: 1, succeeded: 1 });
  });

  it('has the week before next to it', async () => {
    await deployed('2026-10-14T12:00:00Z');
    await route({ digest: 'weekly@mon@09:00', since: '2026-10-20T12:00:00Z' });
    await send('2026-10-26T08:01:00Z');
    expect(await sent()).toMatchObject([
      { from: '2026-10-19T07:00:00.000Z', measures: { ended: 2 }, earlier: { ended: 1 }, scope: 'shop/*' },
    ]);
  });

  it('covers what its route is about: one project, or a pattern across them', async () => {
    await route({ digest: 'daily@09:00', since: '2026-10-25T12:00:00Z', pattern: '*/api', ofShop: false });
    await route({ digest: 'daily@09:00', since: '2026-10-25T12:00:00Z', pattern: 'shop/web' });
    await send('2026-10-26T08:00:00Z');
    expect((await sent()).map(({ measures, scope }) => [scope, measures.ended]).sort()).toEqual([
      ['*/api', 2],
      ['shop/web', 0],
    ]);
  });

  it('that was missed for a week is sent once, and covers the whole week', async () => {
    await route({ digest: 'daily@09:00', since: '2026-10-18T12:00:00Z' });
    expect(await send('2026-10-26T14:00:00Z')).toBe(1);
    expect(await send('2026-10-26T14:05:00Z')).toBe(0);
    expect(await sent()).toMatchObject([
      { from: '2026-10-18T07:00:00.000Z', to: '2026-10-26T08:00:00.000Z', measures: { ended: 2 } },
    ]);
    expect(await send('2026-10-27T08:00:00Z')).toBe(1);
  });

  it('is sent once by several Shipmates that look at the same time', async () => {
    for (const digest of ['daily@09:00', 'daily@08:00', 'daily@07:00', 'weekly@mon@09:00']) {
      await route({ digest, since: '2026-10-25T12:00:00Z' });
    }
    const other = await connectDatabase(db.url);
    try {
      const looks = Array.from({ length: 3 }, () => [db.database, other]).flat();
      const sent = await Promise.all(looks.map((database) => send('2026-10-26T08:00:00Z', database)));
      expect(sent.reduce((sum, count) => sum + count, 0)).toBe(4);
    } finally {
      await other.close();
    }
    expect(await sent()).toHaveLength(4);
  });

  it('is due still when what was to send it dies before it has', async () => {
    await route({ digest: 'daily@09:00', since: '2026-10-25T12:00:00Z' });
    const stopped = AbortSignal.abort(new Error('killed'));
    await expect(sendDigests(fakeDeps(db.database), new Date('2026-10-26T08:00:00Z'), stopped)).rejects.toThrow(
      'killed',
    );
    expect(await send('2026-10-26T08:05:00Z')).toBe(1);
  });

  it('that cannot be made does not keep the others, and is tried again', async () => {
    await route({ digest: 'daily@08:00', since: '2026-10-25T12:00:00Z', pattern: 'shop/web' });
    await db.database.asSystem().nativeUpdate(NotificationRoute, {}, { zone: 'Mars/Base' });
    await route({ digest: 'daily@09:00', since: '2026-10-25T12:00:00Z' });
    await expect(send('2026-10-26T08:00:00Z')).rejects.toThrow('1 of 2 digests failed');
    expect((await sent()).map(({ scope }) => scope)).toEqual(['shop/*']);
    await db.database.asSystem().nativeUpdate(NotificationRoute, { pattern: 'shop/web' }, { zone: 'Europe/Berlin' });
    expect(await send('2026-10-26T08:05:00Z')).toBe(1);
  });
});
