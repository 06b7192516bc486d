import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../../src/database/database.ts';
import { Application } from '../../../../src/entities/application.ts';
import { ChatMessage } from '../../../../src/entities/chat-message.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import type { Deps } from '../../../../src/usecases/deps.ts';
import type { DeploymentRequest } from '../../../../src/usecases/deployments/request/deployment-rows.ts';
import { requestDeployment } from '../../../../src/usecases/deployments/request/request-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { fakeDeps, fakeQueue } from '../../../support/fakes.ts';

let db: TestDatabase;
let deps: Deps;
let enqueued: string[];

beforeAll(async () => {
  db = await createTestDatabase();
  const fake = fakeQueue();
  enqueued = fake.enqueued;
  deps = fakeDeps(db.database, { queue: fake.queue, announceTo: [{ platform: 'console', channel: 'console' }] });
});
afterAll(() => db.close());

function request(application: Application, changes: Partial<DeploymentRequest> = {}): Promise<Pick<Deployment, 'id'>> {
  return db.database.asSystem().transactional((em) =>
    requestDeployment(deps, em, {
      application: em.getReference(Application, application.id),
      commit: randomUUID().replaceAll('-', '').padEnd(40, '0'),
      ref: 'main',
      trigger: 'push',
      requestedBy: 'ada (github)',
      ...changes,
    }),
  );
}

const stored = (id: string) => db.database.asSystem().findOneOrFail(Deployment, id);
const messagesOf = (id: string) => db.database.asSystem().find(ChatMessage, { deployment: id });

async function auditOf(application: Application): Promise<Record<string, unknown>[]> {
  const sql = 'select action, details from audit_logs where resource_id = $1';
  return (await executeSql(db.database.asSystem(), sql, [application.id])).rows;
}

describe('a request for a deployment', () => {
  it('is a row, a job, a message wherever it is announced, and an audit row', async () => {
    const application = await makeApplication(db.database);
    const origin = { platform: 'slack', channel: 'C1' } as const;
    const { id } = await request(application, { origin, commitTitle: 'x'.repeat(300) });
    expect(await stored(id)).toMatchObject({
      status: 'pending',
      metadata: { trigger: 'push', ref: 'main', requested_by: 'ada (github)', progress: { phase: 'queued' } },
    });
    expect((await stored(id)).metadata.commit_title).toHaveLength(200);
    expect(enqueued.filter((each) => each === application.id)).toHaveLength(1);
    const places = (await messagesOf(id)).map(({ platform, channel }) => `${platform}/${channel}`);
    expect(places.sort()).toEqual(['console/console', 'slack/C1']);
    expect(await auditOf(application)).toEqual([
      { action: 'application.deploy', details: expect.objectContaining({ deployment_id: id, by: 'ada (github)' }) },
    ]);
  });

  it('has one message where it was asked for and is announced too', async () => {
    const application = await makeApplication(db.database);
    const { id } = await request(application, { origin: { platform: 'console', channel: 'console' } });
    expect(await messagesOf(id)).toHaveLength(1);
  });

  it('leaves nothing when its transaction is rolled back', async () => {
    const application = await makeApplication(db.database);
    const waiting = await request(application);
    const undone = db.database.asSystem().transactional(async (em) => {
      await requestDeployment(deps, em, {
        application: em.getReference(Application, application.id),
        commit: null,
        ref: 'main',
        trigger: 'push',
        requestedBy: 'ada (github)',
      });
      throw new Error('on purpose');
    });
    await expect(undone).rejects.toThrow('on purpose');
    expect(await db.database.asSystem().find(Deployment, { application })).toHaveLength(1);
    expect((await stored(waiting.id)).status).toBe('pending');
    expect(await auditOf(application)).toHaveLength(1);
  });

  it('supersedes the one that waits, and leaves the one that runs', async () => {
    const application = await makeApplication(db.database);
    const running = await makeDeployment(db.database, { application, status: 'building' });
    const waiting = await request(application);
    const newest = await request(application, { commit: 'abcdef0000000000000000000000000000000000' });
    expect(await stored(running.id)).toMatchObject({ status: 'building' });
    const superseded = await stored(waiting.id);
    expect(superseded).toMatchObject({
      status: 'failed',
      metadata: { reason: 'superseded', superseded_by: newest.id, error: 'Superseded by a newer request: abcdef0.' },
    });
    expect(superseded.completedAt).toBeInstanceOf(Date);
    expect(superseded.metadata).not.toHaveProperty('progress');
    expect((await stored(newest.id)).status).toBe('pending');
  });

  it('leaves one waiting when many come at once', async () => {
    const application = await makeApplication(db.database);
    const made = await Promise.all(Array.from({ length: 8 }, () => request(application)));
    const rows = await Promise.all(made.map(({ id }) => stored(id)));
    expect(rows.filter(({ status }) => status === 'pending')).toHaveLength(1);
    expect(rows.filter(({ metadata }) => metadata.reason === 'superseded')).toHaveLength(7);
  });

  it('comes after those before it, even when the clock was set back in between', async () => {
    const application = await makeApplication(db.database);
    const ahead = new Date(Date.now() + 3_600_000);
    await makeDeployment(db.database, { application, status: 'success', startedAt: ahead });
    const [first, second] = [await request(application), await request(application)];
    const times = await Promise.all([first, second].map(async ({ id }) => (await stored(id)).startedAt.getTime()));
    expect(times).toEqual([ahead.getTime() + 1, ahead.getTime() + 2]);
  });

  it('is the one that deploys of a thousand for a hundred applications', async () => {
    const applications = await Promise.all(Array.from({ length: 100 }, () => makeApplication(db.database)));
    const newest = new Map<string, string>();
    for (let round = 1; round <= 10; round += 1) {
      await Promise.all(
        applications.map(async (application) => newest.set(application.id, (await request(application)).id)),
      );
    }
    const { rows } = await executeSql<{ id: string; application_id: string }>(
      db.database.asSystem(),
      `select id, application_id from deployments where status = 'pending' and application_id = any($1::uuid[])`,
      [applications.map(({ id }) => id)],
    );
    expect(new Map(rows.map((row) => [row.application_id, row.id]))).toEqual(newest);
    const ended = await executeSql<{ count: number }>(
      db.database.asSystem(),
      `select count(*)::int as count from deployments
       where metadata ->> 'reason' = 'superseded' and application_id = any($1::uuid[])`,
      [applications.map(({ id }) => id)],
    );
    expect(ended.rows).toEqual([{ count: 900 }]);
  });

  it('is refused for an application that is archived', async () => {
    const application = await makeApplication(db.database);
    await executeSql(db.database.asSystem(), 'select soft_delete_application($1)', [application.id]);
    await expect(request(application)).rejects.toThrow('is archived. Restore it before you deploy it.');
  });
});
