import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createNotifier } from '../../../../src/bots/notifier.ts';
import { advisoryLeases } from '../../../../src/database/lease.ts';
import { Application } from '../../../../src/entities/application.ts';
import { AuditLog } from '../../../../src/entities/audit-log.ts';
import { ChatIdentity } from '../../../../src/entities/chat-identity.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import { ScheduledDeployment } from '../../../../src/entities/scheduled-deployment.ts';
import { FreezeWindow } from '../../../../src/entities/freeze-window.ts';
import { TeamMember } from '../../../../src/entities/team-member.ts';
import { User } from '../../../../src/entities/user.ts';
import { commands } from '../../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../../src/handlers/dispatch.ts';
import type { Reply } from '../../../../src/replies/reply.ts';
import { startScheduled } from '../../../../src/usecases/deployments/scheduled/start-scheduled.ts';
import type { Deps } from '../../../../src/usecases/deps.ts';
import { type Crew, makeCrew } from '../../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication } from '../../../support/factories.ts';
import { fakeDeps } from '../../../support/fakes.ts';
import { linkIdentity, makePerson } from '../../../support/person.ts';
import { recordingBot } from '../../../support/recording-bot.ts';
import { until } from '../../../support/until.ts';

let db: TestDatabase;
let deps: Deps;
let crew: Crew;

const { signal } = new AbortController();
const hourMs = 3_600_000;
/** After everything that `in 2 hours` was said of, and before it is too late. */
const due = () => new Date(Date.now() + 2.5 * hourMs);

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, { leases: advisoryLeases(db.url) });
  crew = await makeCrew(deps, 'shop');
  await makeApplication(db.database, {
    name: 'api',
    project: crew.project,
    type: 'docker',
    sourceType: 'docker',
    sourceConfig: { image: 'nginx:1' },
  });
});
beforeEach(async () => {
  const em = db.database.asSystem();
  await em.nativeDelete(ScheduledDeployment, {});
  await em.nativeDelete(Deployment, {});
});
afterAll(async () => {
  await deps.leases.close();
  await db.close();
});

async function schedule(line = 'deploy shop/api 2 --at "in 2 hours"'): Promise<Reply> {
  const reply = await crew.ada.type(line);
  expect(reply.tone).toBe('success');
  return reply;
}

async function only(): Promise<ScheduledDeployment> {
  const [one, other] = await db.database.asSystem().find(ScheduledDeployment, {});
  if (!one || other) throw new Error('not one scheduled deployment');
  return one;
}

/** A window that is open now and for the next hours, made straight in the row: people cannot make one of the past. */
async function freezeAround(reason: string): Promise<void> {
  const began = new Date(Date.now() - hourMs);
  await db.database.asSystem().transactional(async (em) => {
    const starts = `${began.getUTCMinutes()} ${began.getUTCHours()} ${began.getUTCDate()} ${began.getUTCMonth() + 1} *`;
    em.create(FreezeWindow, { project: crew.project, starts, durationMinutes: 600, zone: 'UTC', reason });
  });
}

const deployments = () => db.database.asSystem().find(Deployment, {});

describe('deploy --at', () => {
  it('says when in the person’s time zone', async () => {
    expect((await crew.ada.type('user timezone Europe/Berlin')).text).toMatch(
      /^Your time zone is Europe\/Berlin: it is /,
    );
    try {
      const reply = await schedule('deploy shop/api 2 --at "tomorrow 06:00"');
      expect(reply.text).toMatch(/^`shop\/api` 2 will be deployed at \d{4}-\d\d-\d\d 06:00 Europe\/Berlin\./);
      expect(reply.deploymentId).toBeUndefined();
    } finally {
      await db.database.asSystem().nativeUpdate(User, { id: crew.ada.user.id }, { preferences: { sso: 'test' } });
    }
  });

  it('takes the zone of the account when the person has set none', async () => {
    const origin = { ...crew.ada.origin, zone: async () => 'America/New_York' };
    await createDispatcher(deps, commands).dispatch({ line: 'deploy shop/api --at "tomorrow 06:00"' }, origin);
    expect((await only()).zone).toBe('America/New_York');
  });

  it('is listed, and cancelled by its id', async () => {
    await schedule();
    const { id } = await only();
    const listed = await crew.ada.type('history shop/api');
    expect(listed.table?.rows[0]?.slice(0, 3)).toEqual([id.slice(0, 8), 'scheduled', '2']);
    expect((await crew.ada.type('status shop/api')).fields).toContainEqual({
      name: 'Scheduled',
      value: expect.stringMatching(/^2 at \d{4}-/),
    });
    const command = `cancel shop/api --deployment ${id.slice(0, 8)}`;
    expect(listed.actions?.map((one) => one.command)).toEqual([command]);
    expect((await crew.viewer.type(command)).tone).toBe('danger');
    expect((await crew.ben.type(command)).text).toMatch(/^The deployment of `shop\/api` at .* is cancelled\.$/);
    expect(await startScheduled(deps, signal, due())).toBe(0);
    expect(await deployments()).toEqual([]);
  });

  it.each([
    'deploy shop/api --at "in 2 hours" --force',
    'deploy shop/api --at "yesterday 06:00"',
    'deploy shop/api --at',
  ])('refuses %s', async (line) => {
    expect((await crew.ada.type(line)).tone).toBe('danger');
    expect(await db.database.asSystem().count(ScheduledDeployment, {})).toBe(0);
  });

  it('says that a freeze will keep it from starting', async () => {
    await freezeAround('the big sale');
    try {
      const reply = await crew.ada.type('deploy shop/api 2 --at "in 2 hours"');
      expect(reply.tone).toBe('warning');
      expect(reply.text).toMatch(
        /\nBut `shop` is frozen then, until \d{4}-\d\d-\d\d \d\d:\d\d UTC: the big sale\. Choose a later time, or it will not start\.$/,
      );
    } finally {
      await db.database.asSystem().nativeDelete(FreezeWindow, {});
    }
  });

  it('is not for those who may not deploy', async () => {
    expect((await crew.viewer.type('deploy shop/api --at "in 2 hours"')).tone).toBe('danger');
    expect((await crew.stranger.type('deploy shop/api --at "in 2 hours"')).tone).toBe('danger');
  });
});

describe('when the time has come', () => {
  it('starts once, whichever of several replicas looks', async () => {
    await schedule();
    expect(await startScheduled(deps, signal, new Date(Date.now() + hourMs))).toBe(0);
    const counts = await Promise.all([1, 2, 3].map(() => startScheduled(deps, signal, due())));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await deployments()).toMatchObject([
      {
        metadata: { ref: 'nginx:2', requested_by: expect.stringContaining('(console)') },
        triggeredBy: { id: crew.ada.user.id },
      },
    ]);
    expect(await only()).toMatchObject({ outcome: 'started', endedAt: expect.any(Date) });
  });

  it('waits for approval where the application is protected by then', async () => {
    await schedule();
    await db.database
      .asSystem()
      .nativeUpdate(Application, { name: 'api' }, { sourceConfig: { image: 'nginx:1', protected: true } });
    try {
      await startScheduled(deps, signal, due());
      expect(await deployments()).toMatchObject([{ status: 'pending', metadata: { approval: { state: 'waiting' } } }]);
    } finally {
      await db.database.asSystem().nativeUpdate(Application, { name: 'api' }, { sourceConfig: { image: 'nginx:1' } });
    }
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>, RegExp]>([
    [
      'a freeze',
      () => freezeAround('the big sale'),
      () => db.database.asSystem().nativeDelete(FreezeWindow, {}),
      /^`shop` is frozen until .*: the big sale\. Afterwards: `deploy shop\/api`\./,
    ],
    [
      'a lock',
      () => crew.lea.type('lock shop/api the migration runs'),
      () => crew.lea.type('unlock shop/api'),
      /^`shop\/api` is locked by .*: the migration runs\./,
    ],
    [
      'a role that was taken away',
      () => db.database.asSystem().nativeUpdate(User, { id: crew.ada.user.id }, { role: 'viewer' }),
      () => db.database.asSystem().nativeUpdate(User, { id: crew.ada.user.id }, { role: 'developer' }),
      /is a `viewer` now; deploying needs the role `developer`\./,
    ],
    [
      'a team role that was taken away',
      () => db.database.asSystem().nativeUpdate(TeamMember, { user: crew.ada.user.id }, { role: 'viewer' }),
      () => db.database.asSystem().nativeUpdate(TeamMember, { user: crew.ada.user.id }, { role: 'member' }),
      /^This needs the role `member` in the team of `shop`/,
    ],
    [
      'an account that is no longer linked',
      () => db.database.asSystem().nativeDelete(ChatIdentity, { user: crew.ada.user.id }),
      () => linkIdentity(db.database, crew.ada.user, crew.ada.origin),
      /is no longer linked to/,
    ],
    [
      'an archived application',
      () => db.database.asSystem().nativeUpdate(Application, { name: 'api' }, { deletedAt: new Date() }),
      () => db.database.asSystem().nativeUpdate(Application, { name: 'api' }, { deletedAt: null }),
      /^There is no application `shop\/api`\./,
    ],
  ])('does not start against %s, and the channel learns why', async (_, prevent, restore, why) => {
    await schedule();
    await prevent();
    try {
      expect(await startScheduled(deps, signal, due())).toBe(0);
    } finally {
      await restore();
    }
    expect(await deployments()).toEqual([]);
    const one = await only();
    expect(one).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(why) });
    const audited = await db.database.asSystem().count(AuditLog, { action: 'application.schedule_refused' });
    expect(audited).toBeGreaterThan(0);
    const posted: Reply[] = [];
    const bot = recordingBot({
      platform: 'console',
      async post(channel, reply) {
        posted.push(reply);
        return { channel, message: '1' };
      },
    });
    const notifiers = [1, 2].map(() => createNotifier(deps, [bot], { pollMs: 20 }));
    await Promise.all(notifiers.map((notifier) => notifier.start()));
    await until('the channel to be told', async () => (await only()).toldAt);
    await Promise.all(notifiers.map((notifier) => notifier.stop()));
    expect(posted).toHaveLength(1);
    expect(posted[0]).toMatchObject({
      title: 'The scheduled deployment of shop/api 2 did not start',
      mentions: [crew.ada.origin.account],
      actions: [{ label: 'Deploy now', command: 'deploy shop/api 2' }],
    });
  });

  it('is refused when Shipmate was away for more than an hour', async () => {
    await schedule();
    expect(await startScheduled(deps, signal, new Date(Date.now() + 3.5 * hourMs))).toBe(0);
    expect(await only()).toMatchObject({ outcome: 'refused', reason: 'Shipmate did not run at that time.' });
  });

  it('is cancelled when its application is archived, and does not come back with it', async () => {
    await makeApplication(db.database, { name: 'web', project: crew.project, type: 'docker', status: 'stopped' });
    await schedule('deploy shop/web --at "in 2 hours"');
    const admin = await makePerson(deps, 'super_admin');
    const archived = await admin.type('app archive shop/web');
    expect(archived.text).toContain(' Its scheduled deployments are cancelled: 1.');
    expect(await only()).toMatchObject({
      outcome: 'cancelled',
      reason: expect.stringMatching(/^`shop\/web` was archived by .* \(console\)\.$/),
    });
    expect((await admin.type('app restore shop/web')).tone).toBe('success');
    expect(await startScheduled(deps, signal, due())).toBe(0);
    expect(await deployments()).toEqual([]);
  });

  it('goes with its application', async () => {
    const gone = await makeApplication(db.database, { name: 'gone', project: crew.project, type: 'docker' });
    await schedule('deploy shop/gone --at "in 2 hours"');
    await db.database.asSystem().nativeDelete(Application, { id: gone.id });
    expect(await db.database.asSystem().count(ScheduledDeployment, {})).toBe(0);
  });
});
