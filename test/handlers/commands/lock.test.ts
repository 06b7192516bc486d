import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { requestDeployment } from '../../../src/usecases/deployments/request/request-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';
import { until } from '../../support/until.ts';

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let application: Application;
let app: string;

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database);
  crew = await makeCrew(deps, 'shop');
});
afterAll(() => db.close());
beforeEach(async () => {
  const name = `api-${randomUUID().slice(0, 6)}`;
  const sourceConfig = { image: 'nginx:1' };
  application = await makeApplication(db.database, { name, project: crew.project, type: 'docker', sourceConfig });
  app = `shop/${name}`;
});

const requested = () => db.database.asSystem().count(Deployment, { application, status: 'pending' });

async function lastAudit(): Promise<unknown> {
  const sql = 'select action, user_id, details from audit_logs where resource_id = $1 order by id desc limit 1';
  return (await executeSql(db.database.asSystem(), sql, [application.id])).rows[0];
}

describe('a locked application', () => {
  it('is deployed by nobody, and says who locked it, since when, why, and what to do', async () => {
    expect((await crew.ada.type(`lock ${app} the migration runs`)).text).toContain(`nobody deploys it until`);
    const told = new RegExp(
      `^\`${app}\` is locked by ${crew.ada.user.username} \\(console\\) since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC: ` +
        `the migration runs\\. They or an admin can \`unlock ${app}\`; an admin can override it: \`deploy ${app} --force\`\\.$`,
    );
    for (const person of [crew.ada, crew.ben, crew.owner]) {
      expect(await person.type(`deploy ${app}`)).toMatchObject({ tone: 'danger', text: expect.stringMatching(told) });
    }
    expect((await crew.ben.type(`redeploy ${app}`)).text).toMatch(told);
    // `--force` of those who are no admins is what it was: a build anew.
    expect((await crew.ben.type(`deploy ${app} --force`)).text).toMatch(told);
    expect((await crew.ben.type(`redeploy ${app} --force`)).text).toMatch(told);
    expect(await requested()).toBe(0);
  });

  it('is not rolled back either, unless an admin insists', async () => {
    for (const image of ['app:1', 'app:2']) {
      await makeDeployment(db.database, {
        application,
        status: 'success',
        metadata: { image },
        completedAt: new Date(),
      });
    }
    await crew.ada.type(`lock ${app} look at this version`);
    expect((await crew.ben.type(`rollback ${app}`)).text).toContain(`override it: \`rollback ${app} --force\``);
    expect((await crew.ben.type(`rollback ${app} --force`)).tone).toBe('danger');
    expect((await crew.owner.type(`rollback ${app} --force`)).tone).toBe('info');
  });

  it.each(['owner', 'lea', 'eve'] as const)(
    'is deployed by an admin who insists, and the audit log tells: %s',
    async (who) => {
      await crew.ada.type(`lock ${app} the migration runs`);
      const admin = crew[who];
      expect((await admin.type(`deploy ${app} --force`)).tone).toBe('info');
      expect(await lastAudit()).toMatchObject({
        action: 'application.deploy',
        user_id: admin.user.id,
        details: { overrode: [expect.stringContaining('is locked by')] },
      });
    },
  );

  it('is unlocked by who locked it or an admin, and by nobody else', async () => {
    await crew.ada.type(`lock ${app} first`);
    expect((await crew.ben.type(`unlock ${app}`)).text).toBe(
      `\`${app}\` was locked by ${crew.ada.user.username} (console). Only they or an owner or admin of the team can unlock it.`,
    );
    expect((await crew.ada.type(`unlock ${app}`)).text).toContain('can be deployed again');
    expect(await lastAudit()).toMatchObject({ action: 'application.unlock', user_id: crew.ada.user.id });
    expect((await crew.ada.type(`unlock ${app}`)).text).toBe(`\`${app}\` is not locked.`);
    for (const admin of [crew.owner, crew.eve]) {
      await crew.ada.type(`lock ${app} again`);
      expect((await admin.type(`unlock ${app}`)).tone).toBe('success');
    }
    expect((await crew.ben.type(`deploy ${app}`)).tone).toBe('info');
  });

  it('is locked once, and needs a reason that fits', async () => {
    expect((await crew.ada.type(`lock ${app} ${'x'.repeat(501)}`)).text).toContain(
      '501 characters; the maximum is 500',
    );
    expect((await crew.ada.type(`lock ${app}`)).tone).toBe('danger');
    const both = await Promise.all([crew.ada.type(`lock ${app} one`), crew.ben.type(`lock ${app} two`)]);
    expect(both.map(({ tone }) => tone).sort()).toEqual(['danger', 'warning']);
    expect(both.find(({ tone }) => tone === 'danger')?.text).toMatch(/is locked by .* To change the reason, `unlock/);
  });

  it('shows in status', async () => {
    await crew.ada.type(`lock ${app} the migration runs`);
    const { fields } = await crew.ben.type(`status ${app}`);
    const value = expect.stringMatching(/^by .* \(console\), \d+ s ago: the migration runs$/);
    expect(fields).toContainEqual({ name: 'Locked', value });
  });

  it('comes back from the archive without its service', async () => {
    await makeDeployment(db.database, { application, status: 'success', metadata: { image: 'app:1' } });
    await crew.ada.type(`lock ${app} broken`);
    expect((await crew.eve.type(`app archive ${app}`)).tone).toBe('danger');
    const root = await makePerson(deps, 'super_admin');
    expect((await root.type(`app archive ${app}`)).tone).toBe('success');
    const reply = await root.type(`app restore ${app}`);
    expect(reply).toMatchObject({
      tone: 'warning',
      text: expect.stringContaining('is back, but its service is not running.'),
    });
    expect(await requested()).toBe(0);
  });
});

describe('a lock and a deployment at the same moment', () => {
  const system = () => db.database.asSystem();

  async function someoneWaits(): Promise<boolean> {
    const sql = `select from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database()`;
    return (await executeSql(system(), sql)).rows.length > 0;
  }

  it('lets one that was asked for first go on, and says so', async () => {
    const asked = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const deployment = system().transactional(async (em) => {
      await requestDeployment(deps, em, {
        application: em.getReference(Application, application.id),
        commit: null,
        ref: 'nginx:1',
        trigger: 'push',
        requestedBy: 'ada (github)',
      });
      asked.resolve();
      await commit.promise;
    });
    await asked.promise;
    const locking = crew.ada.type(`lock ${app} now`);
    await until('the lock waits for the request', someoneWaits);
    commit.resolve();
    await deployment;
    expect((await locking).text).toContain(
      `Deployments requested before the lock continue: \`cancel ${app}\` stops them.`,
    );
  });

  it('leaves exactly the one or the other when many ask', async () => {
    const replies = await Promise.all([
      ...Array.from({ length: 4 }, () => crew.ben.type(`deploy ${app}`)),
      crew.ada.type(`lock ${app} now`),
      ...Array.from({ length: 4 }, () => crew.ben.type(`deploy ${app}`)),
    ]);
    const refused = replies.filter(({ tone }) => tone === 'danger');
    for (const { text } of refused) expect(text).toContain('is locked by');
    const made = await db.database.asSystem().count(Deployment, { application });
    expect(made + refused.length).toBe(8);
    expect((await crew.ben.type(`deploy ${app}`)).tone).toBe('danger');
  });
});
