import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Volume } from '../../../../src/entities/volume.ts';
import { Interruption } from '../../../../src/usecases/deployments/steps/interruption.ts';
import { readServiceLog } from '../../../../src/usecases/deployments/read-service-log.ts';
import type { StackSwarm } from './stack-swarm.ts';
import { openStage, type Stage } from './stage.ts';

const threeServices = `
services:
  web: { build: ., depends_on: { db: { condition: service_healthy } } }
  worker: { image: "worker:\${TAG:-1}", depends_on: [web] }
  db: { image: postgres:17, volumes: ["data:/data"] }
volumes: { data: }`;
const two = 'services: { web: { image: w:2 }, worker: { image: k:2 } }';

let stage: Stage;
let stack: StackSwarm;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  stack = await stage.application();
});

const images = () => [...stack.services.values()].map(({ image, labels }) => [labels['shipmate.part'], image]);

describe('a stack', () => {
  it('is rolled out in the order of its needs, and is a success when all have converged', async () => {
    const end = await stage.deploy(stack, threeServices);
    expect(end).toMatchObject({ status: 'success', application: { status: 'running' } });
    expect(stack.did).toEqual(
      ['clone', 'pull postgres:17', 'build', 'pull worker:1'].concat(['apply db', 'apply web', 'apply worker']),
    );
    expect(end.metadata).toMatchObject({
      images: { db: 'postgres:17', web: expect.stringMatching(/-web-[0-9a-f]{8}:/), worker: 'worker:1' },
      image_size_mb: 2,
      build_cache_hit: false,
    });
    const volumes = await stage.db.database.asSystem().find(Volume, { application: stack.application.id });
    expect(volumes).toMatchObject([{ mountPath: '/data', options: { volume: 'data' } }]);
    expect(stack.specs[0]?.volumes).toMatchObject([{ target: '/data', name: expect.stringContaining('-data-') }]);
  });

  it('goes back as a whole when one does not make it', async () => {
    for (const name of ['web', 'worker']) stack.present(name);
    stack.fates = { worker: 'rolls back', new: 'hangs' };
    const end = await stage.deploy(
      stack,
      'services: { web: { image: w:2 }, new: { image: n:1 }, worker: { image: k:2 } }',
    );
    expect(end).toMatchObject({ status: 'rolled_back', application: { status: 'running' } });
    expect(end.metadata.error).toBe(
      '`worker` did not stay healthy: exited with code 3. All services are back on the previous version, which still serves.',
    );
    expect(stack.didOf('remove', 'roll back', 'watch')).toEqual(['remove new', 'roll back web', 'watch web']);
    expect(images()).toEqual([
      ['web', 'i:0'],
      ['worker', 'i:0'],
    ]);
    expect(end.logs).toContain('worker:   no queue');
  });

  it('leaves nothing of a first version that does not come up', async () => {
    stack.fates = { worker: 'fails' };
    const end = await stage.deploy(stack, two);
    expect(end).toMatchObject({
      status: 'failed',
      metadata: { error: '`worker` did not come up: exited with code 3.' },
    });
    expect(images()).toEqual([]);
  });

  it('begins none that needs one which did not come up', async () => {
    stack.fates = { api: 'fails' };
    await stage.deploy(stack, 'services: { web: { image: w:2, depends_on: [api] }, api: { image: a:2 } }');
    expect(stack.didOf('apply')).toEqual(['apply api']);
  });

  it('loses a service that the file no longer has, after the others are well', async () => {
    for (const name of ['web', 'old']) stack.present(name);
    await stage.deploy(stack, 'services: { web: { image: w:2 } }');
    expect(stack.did.slice(-2)).toEqual(['apply web', 'remove old']);
  });

  it('loses the networks that the file no longer has', async () => {
    await stage.deploy(stack, 'services: { web: { image: w:2, networks: [back] } }\nnetworks: { back: }');
    expect(stack.networks).toEqual([expect.stringMatching(/-back-net/)]);
  });

  it('shows what its services wrote in the order of time, the newest of all', async () => {
    for (const name of ['web', 'worker']) stack.present(name);
    stack.wrote = { web: ['10:00 one', '10:02 three'], worker: ['09:00 long ago', '10:01 two', '10:02 too'] };
    const user = stack.application.project.owner;
    const name = `${stack.application.project.name}/${stack.application.name}`;
    const read = (service?: string) =>
      readServiceLog(stage.deps(stack), user, { application: name, lines: 4, service });
    expect((await read()).lines).toEqual(['web | one', 'worker | two', 'web | three', 'worker | too']);
    expect((await read('web')).lines).toEqual(['one', 'three']);
  });

  it('goes back to the images of the version that is named', async () => {
    const metadata = { image: 'built:1', images: { web: 'built:1', worker: 'k:1' } };
    const compose = 'services: { web: { build: . }, worker: { image: k:latest } }';
    const end = await stage.deploy(stack, compose, { rollback_of: randomUUID(), ...metadata });
    expect(end).toMatchObject({ status: 'success', metadata });
    expect(stack.did).toEqual(['clone', 'pull k:1', 'apply web', 'apply worker']);
  });

  it('is taken back when it is cancelled', async () => {
    for (const name of ['web', 'worker']) stack.present(name);
    stack.fates = { worker: 'hangs' };
    const cancelling = new AbortController();
    stack.onHang = () => setImmediate(() => cancelling.abort(new Interruption('cancelled', 'Cancelled.')));
    stage.files['compose.yaml'] = two;
    const end = await stage.run(stack, await stage.make(stack), cancelling.signal);
    expect(end).toMatchObject({ status: 'failed', metadata: { reason: 'cancelled' } });
    expect(images()).toEqual([
      ['web', 'i:0'],
      ['worker', 'i:0'],
    ]);
  });

  it('is left to Swarm when the process has to stop', async () => {
    for (const name of ['web', 'worker']) stack.present(name);
    stack.fates = { worker: 'hangs' };
    const stopping = new AbortController();
    stack.onHang = () => setImmediate(() => stopping.abort(new Error('shutting down')));
    stage.files['compose.yaml'] = two;
    const run = stage.run(stack, await stage.make(stack), stopping.signal);
    await expect(run).rejects.toMatchObject({ reason: 'handed_back' });
    expect(images()).toEqual([
      ['web', 'w:2'],
      ['worker', 'k:2'],
    ]);
  });
});

describe('a stack that a killed process was rolling out', () => {
  const begun = () => ({
    rollout_started: true,
    rollout_from_versions: { [stack.nameOf('web')]: 1, [stack.nameOf('worker')]: 1 },
  });

  it('is gone on with where each service stands', async () => {
    stage.files['compose.yaml'] = two.replace(' }', ' }, late: { image: l:2 }');
    const id = await stage.make(stack, begun());
    stack.present('web', { version: 5, labels: { 'shipmate.deployment': id } });
    stack.present('worker');
    expect((await stage.run(stack, id)).status).toBe('success');
    expect(stack.didOf('apply', 'watch')).toEqual(['apply late', 'apply worker', 'watch web']);
  });

  it('goes back when Swarm has meanwhile rolled one back', async () => {
    stage.files['compose.yaml'] = two;
    const id = await stage.make(stack, begun());
    stack.present('web', { version: 5, labels: { 'shipmate.deployment': id } });
    stack.present('worker', { version: 7, updateState: 'rollback_completed' });
    stack.fates = { web: 'hangs' };
    expect((await stage.run(stack, id)).status).toBe('rolled_back');
    expect(stack.didOf('apply', 'watch', 'remove')).toEqual(['remove web', 'watch web', 'watch worker']);
  });

  it('is taken back when it was cancelled meanwhile', async () => {
    stage.files['compose.yaml'] = two;
    const id = await stage.make(stack, begun());
    stack.present('web', { version: 5, labels: { 'shipmate.deployment': id } });
    const cancelled = AbortSignal.abort(new Interruption('cancelled', 'Cancelled.'));
    expect((await stage.run(stack, id, cancelled)).metadata.reason).toBe('cancelled');
    expect(stack.didOf('remove')).toEqual(['remove web']);
  });
});
