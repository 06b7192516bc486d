import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Application } from '../../../../src/entities/application.ts';
import type { DeploymentMetadata } from '../../../../src/entities/deployment-metadata.ts';
import { Deployment, type DeploymentStatus } from '../../../../src/entities/deployment.ts';
import { EnvVar } from '../../../../src/entities/env-var.ts';
import { UserError } from '../../../../src/errors.ts';
import type { Swarm } from '../../../../src/swarm/swarm.ts';
import { openTraces } from '../../../../src/tracing/open-traces.ts';
import { createCipher } from '../../../../src/secrets/aes-gcm.ts';
import { envVarIdentity } from '../../../../src/usecases/applications/application-environment.ts';
import { Interruption } from '../../../../src/usecases/deployments/steps/interruption.ts';
import { runDeployment } from '../../../../src/usecases/deployments/run/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { fakeDeps } from '../../../support/fakes.ts';
import { startCollector } from '../../../support/otlp-collector.ts';
import { fails, progress, says, toldSwarm } from './told-swarm.ts';

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const former = '00-aaf92f3577b34da6a3ce929d0e0e4736-aaf067aa0ba902b7-01';
const secret = 'correct-horse-battery';

const cipher = createCipher([randomBytes(32)]);

let db: TestDatabase;
let application: Application;

beforeAll(async () => {
  db = await createTestDatabase();
});
beforeEach(async () => {
  application = await makeApplication(db.database, {
    replicas: 1,
    sourceConfig: { environment: 'staging' },
  });
});
afterAll(() => db.close());

async function addSecret(value: string): Promise<void> {
  await db.database.asSystem().transactional(async (em) => {
    const id = randomUUID();
    const row = { id, key: 'PASSWORD', value: cipher.encrypt(value, envVarIdentity({ id })), isSecret: true };
    em.create(EnvVar, { ...row, application: em.getReference(Application, application.id) });
  });
}

interface Told {
  metadata?: DeploymentMetadata;
  status?: DeploymentStatus;
  startedAt?: Date;
  commitSha?: string;
}

/** Of a deployment that needs no build; what it threw is returned. */
async function trace(swarm: Swarm, { metadata, ...told }: Told = {}, signal = new AbortController().signal) {
  await using collector = await startCollector();
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const { id } = await makeDeployment(db.database, {
    application,
    ...told,
    metadata: { rollback_of: randomUUID(), image: 'app:1', ref: 'main', trigger: 'rollback', ...metadata },
  });
  const traces = await openTraces(collector.config, { logger, instance: 'one', closingMs: 600_000 });
  const thrown: unknown = await runDeployment(
    fakeDeps(db.database, { cipher, swarm, traces, logger }),
    id,
    signal,
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  await traces.close();
  const spans = collector.spans();
  const root = spans.find(({ name }) => name.startsWith('deploy '));
  const stored = await db.database.asSystem().findOneOrFail(Deployment, id);
  return { id, spans, root, thrown, stored, lines, sent: Buffer.concat(collector.requests.map(({ body }) => body)) };
}

function swarmThat(...how: Parameters<typeof toldSwarm> extends [unknown, ...infer Rest] ? Rest : never): Swarm {
  return toldSwarm({ application, calls: [] }, ...how);
}

test('a deployment is a trace with a span for the queue and for each step', async () => {
  const startedAt = new Date(Date.now() - 3_600_000);
  const commitSha = 'c'.repeat(40);
  const { id, lines, root, spans, stored } = await trace(
    swarmThat(() => says(progress('converged'))),
    { startedAt, commitSha },
  );
  const name = `${application.project.name}/${application.name}`;
  expect(spans.map((span) => span.name).toSorted()).toEqual([`deploy ${name}`, 'queue', 'roll_out']);
  expect(root).toMatchObject({
    name: `deploy ${name}`,
    status: { code: 0 },
    links: [],
    attributes: {
      'cicd.pipeline.name': name,
      'cicd.pipeline.run.id': id,
      'cicd.pipeline.run.url.full': `http://ship.example/deployments/${id}`,
      'cicd.pipeline.result': 'success',
      'deployment.id': id,
      'deployment.name': name,
      'deployment.status': 'succeeded',
      'deployment.environment.name': 'staging',
      'shipmate.project': application.project.name,
      'shipmate.application': application.name,
      'shipmate.trigger': 'rollback',
      'shipmate.outcome': 'success',
      'shipmate.resumed': false,
      'vcs.ref.head.revision': commitSha,
      'vcs.ref.head.name': 'main',
      'container.image.name': 'app:1',
    },
  });
  const others = spans.filter((span) => span !== root);
  expect(others).toMatchObject([
    { traceId: root?.traceId, parentSpanId: root?.spanId, name: 'queue' },
    {
      traceId: root?.traceId,
      parentSpanId: root?.spanId,
      name: 'roll_out',
      attributes: { 'cicd.pipeline.task.name': 'roll_out', 'cicd.pipeline.task.run.result': 'success' },
    },
  ]);
  const seconds = (span: (typeof spans)[number] | undefined) =>
    Number(BigInt(span?.endTimeUnixNano ?? 0) - BigInt(span?.startTimeUnixNano ?? 0)) / 1e9;
  expect(seconds(root)).toBeGreaterThan(3_590);
  expect(seconds(others[0])).toBeGreaterThan(3_590);
  expect(stored.metadata.trace).toEqual({ span: `00-${root?.traceId}-${root?.spanId}-01` });
  expect(lines).toMatchObject([
    { deploymentId: id, application: name, status: 'success', trace_id: root?.traceId, msg: 'deployment ended' },
  ]);
});

test('the trace of the request is continued, and the wait for an approval is a span', async () => {
  const startedAt = new Date(Date.now() - 7_200_000);
  const approval = {
    state: 'approved',
    expires_at: '',
    decided_at: new Date(Date.now() - 60_000).toISOString(),
  } as const;
  const { root, spans, stored } = await trace(
    swarmThat(() => says(progress('converged'))),
    { startedAt, metadata: { approval, trace: { parent } } },
  );
  expect(root).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentSpanId: '00f067aa0ba902b7' });
  expect(spans.map(({ name }) => name).slice(0, 2)).toEqual(['approval', 'queue']);
  expect(spans[0]?.endTimeUnixNano).toBe(spans[1]?.startTimeUnixNano);
  expect(stored.metadata.trace).toEqual({ parent, span: `00-${root?.traceId}-${root?.spanId}-01` });
});

test('a failed step and the whole are errors, with the cause as people read it', async () => {
  const failed = await trace(swarmThat(() => fails(new UserError('No node has 512 GB.'))));
  expect(failed.root).toMatchObject({
    status: { code: 2, message: 'No node has 512 GB.' },
    attributes: {
      'cicd.pipeline.result': 'failure',
      'deployment.status': 'failed',
      'shipmate.outcome': 'failed',
      'error.type': 'failed',
    },
  });
  expect(failed.spans.find(({ name }) => name === 'roll_out')).toMatchObject({
    status: { code: 2, message: 'No node has 512 GB.' },
    attributes: { 'cicd.pipeline.task.run.result': 'failure', 'error.type': 'UserError' },
  });
});

test('of a bug only its id leaves Shipmate', async () => {
  const { root, sent, spans, stored } = await trace(swarmThat(() => fails(new TypeError(`password=${secret}`))));
  expect(root?.status).toEqual({ code: 2, message: stored.metadata.error });
  expect(spans.find(({ name }) => name === 'roll_out')).toMatchObject({
    status: { code: 2, message: 'An unexpected error, which the log of Shipmate has.' },
    attributes: { 'cicd.pipeline.task.run.result': 'error', 'error.type': 'TypeError' },
  });
  expect(sent.includes(secret)).toBe(false);
});

test('a version that is taken back is an error, in which secrets are hidden', async () => {
  await addSecret(secret);
  const why = `exited with 3: cannot log in with ${secret}`;
  const { root, sent, spans } = await trace(swarmThat(() => says(progress('rolled_back', [why])), {}));
  const message = expect.stringMatching(
    /^The new version did not stay healthy: exited with 3: cannot log in with \S+\./,
  );
  expect(root).toMatchObject({ status: { code: 2, message }, attributes: { 'shipmate.outcome': 'rolled_back' } });
  expect(spans.find(({ name }) => name === 'roll_out')).toMatchObject({
    status: { code: 2, message },
    attributes: { 'cicd.pipeline.task.run.result': 'failure' },
  });
  expect(sent.includes(secret)).toBe(false);
});

test('one that a person cancels says so', async () => {
  const signal = AbortSignal.abort(new Interruption('cancelled', 'Cancelled by ada.'));
  const { root } = await trace(
    swarmThat(() => says(progress('converged'))),
    {},
    signal,
  );
  expect(root).toMatchObject({
    status: { code: 2, message: 'Cancelled by ada.' },
    attributes: { 'cicd.pipeline.result': 'cancellation', 'error.type': 'cancelled' },
  });
});

test('one that is handed back is no error, and who goes on links to it', async () => {
  const stopping = new AbortController();
  async function* stops() {
    yield progress('rolling_out');
    stopping.abort(new Error('stop'));
    throw new Error('aborted');
  }
  const first = await trace(swarmThat(stops), {}, stopping.signal);
  expect(first.thrown).toMatchObject({ reason: 'handed_back' });
  expect(first.root).toMatchObject({ status: { code: 0 }, attributes: { 'shipmate.handed_back': true } });
  expect(first.root?.attributes).not.toHaveProperty('deployment.status');
  expect(first.lines.at(-1)).toMatchObject({ status: 'handed_back', trace_id: first.root?.traceId });
  const next = await trace(
    swarmThat(() => says(progress('converged'))),
    { status: 'deploying', metadata: { rollout_started: true, trace: { span: former } } },
  );
  expect(next.root).toMatchObject({
    links: [{ traceId: 'aaf92f3577b34da6a3ce929d0e0e4736', spanId: 'aaf067aa0ba902b7' }],
    attributes: { 'shipmate.resumed': true, 'deployment.status': 'succeeded' },
  });
  expect(next.spans.map(({ name }) => name)).not.toContain('queue');
});

test('a deployment goes on without its collector', async () => {
  const traces = await openTraces(
    {
      url: 'http://127.0.0.1:9/v1/traces',
      protocol: 'http/json',
      headers: {},
      sampler: 'always_on',
      ratio: 1,
      resource: {},
    },
    { logger: pino({ level: 'silent' }), instance: 'one', batchMs: 1, timeoutMs: 100 },
  );
  const deployment = await makeDeployment(db.database, {
    application,
    metadata: { rollback_of: randomUUID(), image: 'app:1' },
  });
  const deps = fakeDeps(db.database, { swarm: swarmThat(() => says(progress('converged'))), traces });
  expect(await runDeployment(deps, deployment.id, new AbortController().signal)).toMatchObject({ status: 'success' });
  await traces.close();
});
