import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { advisoryLeases } from '../../../src/database/lease.ts';
import type { SourceConfig } from '../../../src/entities/application-config.ts';
import { Application } from '../../../src/entities/application.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import type { CommitCheck } from '../../../src/git-hosts/api.ts';
import { deploymentReply } from '../../../src/replies/deployment-reply.ts';
import { createCipher } from '../../../src/secrets/aes-gcm.ts';
import { createChecksGate } from '../../../src/usecases/commit-statuses/await-checks.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import type { DeploymentRequest } from '../../../src/usecases/deployments/request/deployment-rows.ts';
import { requestDeployment } from '../../../src/usecases/deployments/request/request-deployment.ts';
import { createDeploymentWorker } from '../../../src/usecases/deployments/run/deployment-worker.ts';
import { connectedApplication, librariesFor } from '../../support/connected-application.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps, fakeQueue } from '../../support/fakes.ts';
import type { FakeGitHosts } from '../../support/fake-git-hosts.ts';
import { startGitHosts } from '../../support/git-hosts.ts';
import { makePerson } from '../../support/person.ts';
import { until } from '../../support/until.ts';

const commit = 'c0ffee0000000000000000000000000000000000';
let db: TestDatabase;
let hosts: FakeGitHosts;
let deps: Deps;
let queue: ReturnType<typeof fakeQueue>;
let stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  hosts = await startGitHosts();
  queue = fakeQueue();
  const leases = advisoryLeases(db.url);
  stops = [() => leases.close()];
  deps = fakeDeps(db.database, {
    cipher: createCipher([randomBytes(32)]),
    gitHostApis: librariesFor(hosts),
    leases,
    queue: queue.queue,
  });
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await hosts[Symbol.asyncDispose]();
  await db.database.asSystem().nativeDelete(Deployment, {});
});
afterAll(async () => db.close());

async function start(): Promise<() => Promise<void>> {
  const gate = createChecksGate(deps, { pollMs: 100, firstRetryMs: 50 });
  stops.unshift(() => gate.stop());
  await gate.start();
  return () => gate.stop();
}

function gated(source: SourceConfig = {}, token = hosts.token): Promise<Application> {
  return connectedApplication(deps, hosts, { token, source: { checks: 'required', ...source } });
}

async function pushTo(application: Application, over: Partial<DeploymentRequest> = {}): Promise<string> {
  const push = { application, commit, ref: 'main', trigger: 'push', requestedBy: 'ada (github)', ...over } as const;
  const { id } = await db.database.asSystem().transactional((em) => requestDeployment(deps, em, push));
  queue.enqueued.length = 0;
  return id;
}

function stored(id: string): Promise<Deployment> {
  return db.database.asSystem().findOneOrFail(Deployment, id, { populate: ['logs'] });
}

async function ended(id: string): Promise<Deployment> {
  return until('the end', async () => {
    const row = await stored(id);
    return row.status === 'failed' && row;
  });
}

async function shown(id: string, text: string): Promise<void> {
  await until(text, async () => {
    const reply = deploymentReply({ application: 'shop/api', deployment: await stored(id) });
    return reply.text?.includes(text);
  });
}

function checks(...all: CommitCheck['state'][]): CommitCheck[] {
  return all.map((state, at) => ({ name: `check ${at + 1}`, state }));
}

describe('a deployment that waits for the checks of its commit', () => {
  it('is run by nobody until all have succeeded, says how many have, and is then queued', async () => {
    const application = await gated();
    const id = await pushTo(application);
    await start();
    await shown(id, 'waiting for the commit’s checks (0 of ?)');
    hosts.checks = checks('success', 'pending', 'success');
    await shown(id, 'waiting for the commit’s checks (2 of 3)');
    const worker = await createDeploymentWorker(deps);
    stops.unshift(() => worker.close());
    await worker.run(application.id, new AbortController().signal);
    expect(await stored(id)).toMatchObject({ status: 'pending', metadata: { checks: { state: 'waiting' } } });
    expect(queue.enqueued).toEqual([]);
    hosts.checks = checks('success', 'success', 'success');
    await until('the queue', () => queue.enqueued.length > 0);
    expect(queue.enqueued).toEqual([application.id]);
    expect((await stored(id)).metadata).toMatchObject({
      checks: { state: 'passed', done: 3 },
      progress: { phase: 'queued' },
    });
    await worker.run(application.id, new AbortController().signal);
    expect((await stored(id)).status).not.toBe('pending');
  });

  it('fails with the check that failed, without waiting for the others', async () => {
    const id = await pushTo(await gated());
    hosts.checks = checks('success', 'failure', 'pending');
    await start();
    const end = await ended(id);
    expect(end.metadata.error).toBe('The check `check 2` failed, so the commit was not deployed.');
    expect(end.logs).toBe(end.metadata.error);
    expect(queue.enqueued).toEqual([]);
  });

  it('does not wait for what Shipmate itself says of the commit', async () => {
    const application = await gated();
    await pushTo(application);
    hosts.checks = [...checks('success'), { name: 'shipmate/shop/web', state: 'failure' }];
    await start();
    await until('the queue', () => queue.enqueued.includes(application.id));
  });

  it.each([
    { known: checks('success', 'pending'), error: 'Only 1 of 2 of the commit’s checks have succeeded after 300 ms' },
    { known: [], error: 'The git host has no check for the commit after 300 ms' },
  ])('has its time: $error', async ({ known, error }) => {
    const id = await pushTo(await gated({ checks_timeout: '300ms' }));
    hosts.checks = known;
    await start();
    const { metadata } = await ended(id);
    expect(metadata).toMatchObject({ reason: 'timed_out', error: `${error}, so it was not deployed.` });
  });

  it('waits on while the host is down, and no longer than its time', async () => {
    const patient = await gated();
    const hasty = await gated({ checks_timeout: '300ms' });
    const [waits, ends] = [await pushTo(patient), await pushTo(hasty)];
    hosts.answer = { status: 503, body: { message: 'maintenance' } };
    await start();
    expect((await ended(ends)).metadata.error).toBe(
      'Could not read the commit’s checks from the git host: it answered 503: maintenance. No other answer came within 300 ms.',
    );
    expect((await stored(waits)).status).toBe('pending');
    hosts.answer = undefined;
    hosts.checks = checks('success');
    await until('the queue', () => queue.enqueued.includes(patient.id));
  });

  it('ends in its time although the host asks for a longer pause, without asking it again', async () => {
    const id = await pushTo(await gated({ checks_timeout: '1s' }));
    hosts.answer = { status: 429, headers: { 'retry-after': '600' }, body: { message: 'slow down' } };
    await start();
    expect((await ended(id)).metadata).toMatchObject({
      reason: 'timed_out',
      error:
        'Could not read the commit’s checks from the git host: it answered 429: slow down. No other answer came within 1 s.',
    });
    expect(hosts.requests()).toBe(1);
  });

  it('fails at once with what to do when the token is refused or there is none', async () => {
    const [revoked, none] = [await gated({}, 'a-revoked-token'), await gated()];
    await executeSql(db.database.asSystem(), `update git_sources set webhook_config = '{}' where application_id = $1`, [
      none.id,
    ]);
    const [first, second] = [await pushTo(revoked), await pushTo(none)];
    await start();
    const { metadata } = await ended(first);
    expect(metadata.error).toMatch(/^Could not read .* 401: Bad credentials\. Renew the token: `app connect /);
    expect(JSON.stringify(metadata)).not.toContain('a-revoked-token');
    expect((await ended(second)).metadata.error).toMatch(
      /has no token to read them\. Add one: `app connect .* --status-token`\.$/,
    );
  });

  it('can be cancelled, and is not queued when its checks succeed after that', async () => {
    const application = await gated();
    const id = await pushTo(application);
    await start();
    const person = await makePerson(deps, 'super_admin');
    const reply = await person.type(`cancel ${application.project.name}/${application.name}`);
    expect(reply.tone).toBe('warning');
    hosts.checks = checks('success');
    const next = await gated();
    await pushTo(next);
    await until('the queue', () => queue.enqueued.length > 0);
    expect(queue.enqueued).toEqual([next.id]);
    expect((await stored(id)).metadata).toMatchObject({ reason: 'cancelled' });
  });

  it('goes on waiting after a restart', async () => {
    const application = await gated();
    const id = await pushTo(application);
    const stop = await start();
    await until('a look', () => hosts.requests() > 0);
    await stop();
    hosts.checks = checks('success');
    expect((await stored(id)).status).toBe('pending');
    await start();
    await until('the queue', () => queue.enqueued.includes(application.id));
  });

  it('is let go when the setting is taken back', async () => {
    const application = await gated();
    await pushTo(application);
    await start();
    const person = await makePerson(deps, 'super_admin');
    await person.type(`app set ${application.project.name}/${application.name} checks=off`);
    await until('the queue', () => queue.enqueued.includes(application.id));
  });
});

describe('a deployment that does not wait', () => {
  it.each([
    { what: 'is one by force', over: { force: true, trigger: 'command' } },
    { what: 'goes back', over: { trigger: 'rollback', rollbackOf: { id: 'x', image: 'app:1' } } },
    { what: 'has no commit', over: { commit: null } },
  ] as const)('$what', async ({ over }) => {
    const { metadata } = await stored(await pushTo(await gated(), over));
    expect(metadata).toMatchObject({ progress: { phase: 'queued' } });
    expect(metadata).not.toHaveProperty('checks');
  });

  it('is of an application without the setting', async () => {
    const application = await connectedApplication(deps, hosts);
    expect((await stored(await pushTo(application))).metadata).not.toHaveProperty('checks');
  });
});
