import { expect, it } from '@jest/globals';
import type Docker from 'dockerode';
import { follow } from '../../../src/swarm/services/follow.ts';
import type { Task } from '../../../src/swarm/services/task.ts';
import { type EngineEvent, loopbackEngine } from '../loopback-engine.ts';
import { until } from '../../support/until.ts';

const minute = 60_000;
const web = { name: 'web', monitorSeconds: 0 };
const [older, newer] = ['app:1', 'app:2'].map((Image) => ({ ContainerSpec: { Image }, ForceUpdate: 0 }));

function service(replicas: number, State: 'updating' | 'completed'): Docker.Service {
  const spec = { Name: 'web', Mode: { Replicated: { Replicas: replicas } }, TaskTemplate: newer };
  return {
    ID: 'web-id',
    Version: { Index: 7 },
    CreatedAt: '2026-01-01T00:00:00Z',
    UpdatedAt: '2026-01-01T00:01:00Z',
    Spec: spec,
    Endpoint: {},
    UpdateStatus: { State, StartedAt: '2026-01-01T00:01:00Z' },
  } as Docker.Service;
}

/** The first `healthy` of them run the new version. */
function tasks(replicas: number, healthy: number): Task[] {
  return Array.from({ length: replicas }, (_, at) => ({
    ID: `task-${at}-${at < healthy ? 'new' : 'old'}`,
    ServiceID: 'web-id',
    CreatedAt: '2026-01-01T00:01:05Z',
    DesiredState: 'running',
    Spec: (at < healthy ? newer : older) ?? {},
    Status: { State: 'running', Timestamp: '2026-01-01T00:01:06Z' },
  }));
}

/** What an Engine says while these tasks are replaced: three events of every check, and three of every task. */
function eventsOf(from: number, to: number): EngineEvent[] {
  const actions = ['exec_create: check', 'exec_start: check', 'exec_die'];
  return Array.from({ length: to - from }, (_, at) =>
    ['start', ...actions, ...actions, 'health_status: healthy', 'die'].map((Action) => ({
      Type: 'container',
      Action,
      Actor: { Attributes: { 'com.docker.swarm.service.name': 'web', name: `web.${from + at}` } },
    })),
  ).flat();
}

/** How often the tasks are listed while as many are replaced as `replicas`, in two halves. */
async function listingsOf(replicas: number): Promise<number> {
  await using engine = await loopbackEngine(service(replicas, 'updating'), tasks(replicas, 0));
  const states: string[] = [];
  const following = (async () => {
    const options = { pollMs: 10 * minute, placementMs: minute, silenceMs: minute, startMs: minute };
    for await (const { state } of follow(engine.docker, web, AbortSignal.timeout(minute), options)) {
      states.push(state);
    }
  })();
  await engine.listening;
  await until('the first look', () => states.length === 1);
  const half = replicas / 2;
  for (const done of [half, replicas]) {
    engine.tasks = tasks(replicas, done);
    const before = states.length;
    engine.emit(eventsOf(done - half, done));
    await until('a look', () => states.length > before);
  }
  engine.service = service(replicas, 'completed');
  engine.emit([{ Type: 'service', Action: 'update', Actor: { Attributes: { name: 'web' } } }]);
  await following;
  expect(states.at(-1)).toBe('converged');
  return engine.listings();
}

it.each([10, 100])('%s tasks that are replaced in two bursts are listed four times', async (replicas) => {
  expect(await listingsOf(replicas)).toBe(4);
});

it('the checks of a service that is watched are no reason to look', async () => {
  await using engine = await loopbackEngine(service(2, 'updating'), tasks(2, 2));
  const stop = new AbortController();
  const options = { pollMs: 10 * minute, placementMs: minute, silenceMs: minute, startMs: minute };
  let looks = 0;
  const following = (async () => {
    for await (const { state } of follow(engine.docker, web, stop.signal, options)) looks += state ? 1 : 0;
  })();
  await engine.listening;
  await until('the first look', () => looks === 1);
  const checks = eventsOf(0, 200).filter(({ Action }) => Action.startsWith('exec_'));
  engine.emit(checks);
  engine.emit([{ Type: 'service', Action: 'update', Actor: { Attributes: { name: 'web' } } }]);
  await until('the second look', () => looks === 2);
  stop.abort(new Error('enough'));
  await expect(following).rejects.toThrow('enough');
  expect(engine.listings()).toBe(2);
});

it('tasks whose containers have ended are not believed to run, although Swarm has not noticed yet', async () => {
  const [task] = tasks(1, 1) as [Task];
  const running = { ...task, Status: { ...task.Status, ContainerStatus: { ContainerID: 'one' } } };
  await using engine = await loopbackEngine(service(1, 'completed'), [running]);
  engine.containers = [{ Id: 'one' }, { Id: 'of another task' }];
  const options = { pollMs: 1, placementMs: minute, silenceMs: minute, startMs: minute };
  const states: string[] = [];
  const following = (async () => {
    for await (const { state } of follow(engine.docker, web, AbortSignal.timeout(minute), options)) states.push(state);
  })();
  await until('some looks', () => engine.listings() > 3);
  expect(new Set(states)).toEqual(new Set(['watching']));
  const next = { ...running, ID: 'next', Status: { ...running.Status, ContainerStatus: { ContainerID: 'two' } } };
  engine.tasks = [{ ...running, Status: { ...running.Status, State: 'failed' } }, next];
  await following;
  expect(states.at(-1)).toBe('converged');
});

it('a first version that failed says why, also when its containers take long to end', async () => {
  const { UpdateStatus: _, ...first } = service(1, 'completed');
  // So that nothing is left of the time in which they may end.
  const TaskTemplate = { ContainerSpec: { Image: 'app:2', StopGracePeriod: -30e9 }, ForceUpdate: 0 };
  const Status = { State: 'failed', Timestamp: '2026-01-01T00:01:06Z', Err: 'task: non-zero exit (3)' };
  const failed = ['one', 'two', 'three'].map((ID) => ({ ...tasks(1, 1)[0], ID, Spec: TaskTemplate, Status }));
  const removed = { ...first, Spec: { ...first.Spec, TaskTemplate } } as Docker.Service;
  await using engine = await loopbackEngine(removed, failed);
  engine.containers = [{ Id: 'of one of them' }];
  const options = { pollMs: 1, placementMs: minute, silenceMs: minute, startMs: minute };
  const seen: unknown[] = [];
  for await (const now of follow(engine.docker, web, AbortSignal.timeout(minute), options)) seen.push(now);
  expect(seen).toEqual([expect.objectContaining({ state: 'failed', taskErrors: ['exited with code 3'] })]);
});
