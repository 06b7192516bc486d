import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { Approval } from '../../../src/entities/approval.ts';
import type { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import type { User } from '../../../src/entities/user.ts';
import { commands } from '../../../src/handlers/commands/index.ts';
import { complete } from '../../../src/handlers/completions.ts';
import type { Reply } from '../../../src/replies/reply.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { expireApprovals } from '../../../src/usecases/deployments/request/expire-approvals.ts';
import { type Crew, makeCrew } from '../../support/crew.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { fakeDeps, fakeQueue } from '../../support/fakes.ts';

let db: TestDatabase;
let deps: Deps;
let crew: Crew;
let application: Application;
let app: string;
const { queue, enqueued } = fakeQueue();

beforeAll(async () => {
  db = await createTestDatabase();
  deps = fakeDeps(db.database, { queue });
  crew = await makeCrew(deps, 'shop');
});
afterAll(() => db.close());
beforeEach(async () => {
  enqueued.length = 0;
  const name = `api-${randomUUID().slice(0, 6)}`;
  const sourceConfig = { image: 'nginx:1', protected: true };
  application = await makeApplication(db.database, { name, project: crew.project, type: 'docker', sourceConfig });
  app = `shop/${name}`;
});

/** Ada asks for a deployment. @returns the first characters of its id. */
async function asked(): Promise<string> {
  const { deploymentId = '' } = await crew.ada.type(`deploy ${app}`);
  return deploymentId.slice(0, 8);
}

async function newest(): Promise<Deployment> {
  const order = { orderBy: { startedAt: 'desc' }, limit: 1 } as const;
  const [deployment] = await db.database.asSystem().find(Deployment, { application }, order);
  if (!deployment) throw new Error('nothing was asked for');
  return deployment;
}

async function approval(): Promise<Approval> {
  return db.database.asSystem().findOneOrFail(Approval, { deployment: (await newest()).id });
}

const winners = (replies: Reply[]) => replies.filter(({ tone }) => tone !== 'danger').length;

describe('a deployment of a protected application', () => {
  it('waits, says for whom, and is not queued', async () => {
    const reply = await crew.ada.type(`deploy ${app}`);
    const id = reply.deploymentId?.slice(0, 8);
    expect(reply.text).toBe(`\`${app}\` nginx:1 is protected and needs an admin’s approval: \`approve ${id}\`.`);
    expect(enqueued).toEqual([]);
    expect(await newest()).toMatchObject({ status: 'pending', metadata: { approval: { state: 'waiting' } } });
    expect(await approval()).toMatchObject({ requestedBy: { id: crew.ada.user.id }, decision: null });
    expect((await crew.ben.type(`history ${app}`)).data).toMatchObject([{ outcome: 'waiting for approval' }]);
  });

  it.each(['owner', 'lea', 'eve'] as const)('is let through by an admin, and runs then: %s', async (who) => {
    const id = await asked();
    const reply = await crew[who].type(`approve ${id}`);
    expect(reply).toMatchObject({ tone: 'success', text: `Approved: deploying \`${app}\` nginx:1 (${id}).` });
    expect(enqueued).toEqual([application.id]);
    const by = `${crew[who].user.username} (console)`;
    expect(await newest()).toMatchObject({
      status: 'pending',
      metadata: { approval: { state: 'approved', decided_by: by } },
    });
    expect(await approval()).toMatchObject({ decision: 'approved', decidedBy: { id: crew[who].user.id } });
    const sql = `select user_id from audit_logs where action = 'deployment.approve' and resource_id = $1`;
    const { rows } = await executeSql(db.database.asSystem(), sql, [(await newest()).id]);
    expect(rows).toEqual([{ user_id: crew[who].user.id }]);
  });

  it.each([
    ['ada', 'You requested this deployment, so another person has to decide.'],
    ['ben', 'needs the role `admin` in the team of `shop`'],
    ['viewer', 'This needs the role `member` in the team of `shop`'],
    ['stranger', 'There is no deployment'],
  ] as const)('is not let through, nor refused, by %s', async (who, sentence) => {
    const id = await asked();
    expect((await crew[who].type(`approve ${id}`)).text).toContain(sentence);
    expect((await crew[who].type(`deny ${id} no`)).text).toContain(sentence);
    expect((await approval()).decision).toBeNull();
    expect(enqueued).toEqual([]);
  });

  it('is not let through by the admin who asked for it', async () => {
    const { deploymentId } = await crew.owner.type(`deploy ${app} --force`);
    expect((await crew.owner.type(`approve ${deploymentId}`)).text).toContain('You requested this deployment');
    expect((await crew.lea.type(`approve ${deploymentId}`)).tone).toBe('success');
  });

  it('ends when it is denied, and says by whom and why', async () => {
    const id = await asked();
    expect((await crew.lea.type(`deny ${id} the migration is not reviewed`)).tone).toBe('warning');
    expect(await newest()).toMatchObject({
      status: 'failed',
      completedAt: expect.any(Date),
      metadata: {
        reason: 'cancelled',
        error: `Denied by ${crew.lea.user.username} (console): the migration is not reviewed`,
        approval: { state: 'denied' },
      },
    });
    expect((await newest()).metadata).not.toHaveProperty('progress');
    expect((await crew.eve.type(`approve ${id}`)).text).toBe(`It was already denied, by ${crew.lea.user.username}.`);
    expect(enqueued).toEqual([]);
  });

  it('ends when it is cancelled or another one is asked for', async () => {
    const first = await asked();
    const second = await asked();
    expect((await crew.lea.type(`approve ${first}`)).text).toMatch(
      /is no longer waiting\. Superseded by a newer request/,
    );
    await crew.ada.type(`cancel ${app}`);
    expect((await crew.lea.type(`approve ${second}`)).text).toMatch(/is no longer waiting\. Cancelled by/);
    expect(enqueued).toEqual([]);
  });

  it('ends when nobody approves it in time', async () => {
    const id = await asked();
    await expireApprovals(deps);
    expect((await newest()).status).toBe('pending');
    await makeOverdue();
    expect((await crew.lea.type(`approve ${id}`)).text).toContain('Nobody approved it in time. Request it again');
    await expireApprovals(deps);
    await expireApprovals(deps);
    expect(await newest()).toMatchObject({
      status: 'failed',
      metadata: { reason: 'cancelled', error: 'Nobody approved in time.', approval: { state: 'expired' } },
    });
    expect((await crew.lea.type(`approve ${id}`)).text).toBe('It was already expired.');
  });

  it('is named by eight characters of its id or more', async () => {
    const id = await asked();
    expect((await crew.lea.type(`approve ${id.slice(0, 7)}`)).text).toContain('Give at least the first 8 characters');
    expect((await crew.lea.type(`approve ${randomUUID()}`)).text).toContain('There is no deployment');
    expect((await crew.lea.type(`approve "${id}' or true"`)).text).toContain('is not a deployment id');
    expect((await crew.lea.type(`approve ${id.toUpperCase()}`)).tone).toBe('success');
  });

  it('is offered where its id is typed, to who sees it, while it waits', async () => {
    const id = await asked();
    const offered = async (user: User, line: string) => (await complete(commands, line, { deps, user })).matches;
    expect(await offered(crew.lea.user, 'approve ')).toContain(id);
    expect(await offered(crew.lea.user, `deny ${id.slice(0, 3)}`)).toEqual([id]);
    expect(await offered(crew.stranger.user, 'approve ')).toEqual([]);
    await crew.ada.type(`cancel ${app}`);
    expect(await offered(crew.lea.user, 'approve ')).not.toContain(id);
  });

  it('does not keep the application from being scaled meanwhile', async () => {
    await makeDeployment(db.database, { application, status: 'success', metadata: { image: 'nginx:1' } });
    await asked();
    expect((await crew.ada.type(`scale ${app} 2`)).tone).not.toBe('danger');
  });

  it('is kept back by a lock that came meanwhile, unless who approves insists', async () => {
    const id = await asked();
    await crew.ben.type(`lock ${app} wait`);
    expect((await crew.lea.type(`approve ${id}`)).text).toContain(`\`approve ${id} --force\``);
    expect((await crew.lea.type(`approve ${id} --force`)).tone).toBe('success');
  });

  it('is not needed to go back to a version that was live', async () => {
    for (const image of ['app:1', 'app:2']) {
      const metadata = { image };
      await makeDeployment(db.database, { application, status: 'success', metadata, completedAt: new Date() });
    }
    const { deploymentId } = await crew.ada.type(`rollback ${app}`);
    expect(enqueued).toEqual([application.id]);
    expect((await crew.lea.type(`approve ${deploymentId}`)).text).toBe(
      `This deployment of \`${app}\` needs no approval.`,
    );
  });
});

async function makeOverdue(): Promise<void> {
  // Not even the system moves the end of an approval, so the row is made anew.
  const { rows } = await executeSql<{ deployment_id: string }>(
    db.database.asSystem(),
    'delete from approvals where deployment_id = $1 returning deployment_id',
    [(await newest()).id],
  );
  await executeSql(
    db.database.asSystem(),
    `insert into approvals (id, deployment_id, expires_at) values (gen_random_uuid(), $1, now() - interval '1 second')`,
    [rows[0]?.deployment_id],
  );
}

describe('of those who decide at once', () => {
  it('one approves', async () => {
    const id = await asked();
    const deciders = [crew.owner, crew.lea, crew.eve];
    const replies = await Promise.all(deciders.map((person) => person.type(`approve ${id}`)));
    expect(winners(replies)).toBe(1);
    for (const { text } of replies.filter(({ tone }) => tone === 'danger')) {
      expect(text).toMatch(/^It was already approved, by /);
    }
    expect(enqueued).toEqual([application.id]);
  });

  it('one approves or one denies', async () => {
    const id = await asked();
    const replies = await Promise.all([
      crew.owner.type(`approve ${id}`),
      crew.lea.type(`deny ${id} no`),
      crew.eve.type(`approve ${id}`),
    ]);
    expect(winners(replies)).toBe(1);
    const { decision } = await approval();
    expect((await newest()).status).toBe(decision === 'approved' ? 'pending' : 'failed');
    expect(enqueued).toHaveLength(decision === 'approved' ? 1 : 0);
  });

  it('a cancellation and an approval leave nothing that runs unseen', async () => {
    const id = await asked();
    const [approved] = await Promise.all([crew.lea.type(`approve ${id}`), crew.ada.type(`cancel ${app}`)]);
    expect((await newest()).status).toBe('failed');
    if (approved.tone === 'danger') expect(enqueued).toEqual([]);
  });

  it('a newer request and an approval leave one deployment that may run', async () => {
    const id = await asked();
    const [approved] = await Promise.all([crew.lea.type(`approve ${id}`), crew.ben.type(`deploy ${app}`)]);
    const pending = await db.database.asSystem().find(Deployment, { application, status: 'pending' });
    expect(pending).toHaveLength(1);
    expect(pending[0]?.metadata.approval?.state).toBe('waiting');
    expect(enqueued).toHaveLength(approved.tone === 'danger' ? 0 : 1);
  });
});
