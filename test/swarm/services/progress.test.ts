import { describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';
import { observe } from '../../../src/swarm/services/progress.ts';
import type { Task } from '../../../src/swarm/services/task.ts';

const template = { ContainerSpec: { Image: 'app:2' }, ForceUpdate: 0 };
const older = { ContainerSpec: { Image: 'app:1' }, ForceUpdate: 0 };

function service(replicas: number, UpdateStatus?: Docker.UpdateStatus): Parameters<typeof observe>[0] {
  return {
    Version: { Index: 7 },
    UpdatedAt: '2026-01-01T00:01:00Z',
    Spec: { TaskTemplate: template, Mode: { Replicated: { Replicas: replicas } } },
    UpdateStatus,
  };
}

function labelled(given: ReturnType<typeof service>, deployment: string): ReturnType<typeof service> {
  return { ...given, Spec: { ...given.Spec, Labels: { 'shipmate.deployment': deployment } } };
}

function task(ID: string, State: string, rest: Partial<Task> & { Err?: string } = {}): Task {
  const { Err, ...changes } = rest;
  return {
    ID,
    ServiceID: 's',
    CreatedAt: '2026-01-01T00:01:05Z',
    DesiredState: 'running',
    Spec: template,
    Status: { State, Timestamp: '2026-01-01T00:01:06Z', ...(Err && { Err }) },
    ...changes,
  };
}

describe('observe', () => {
  it('counts only tasks of the present spec', () => {
    const tasks = [task('new', 'running'), task('old', 'running', { Spec: older }), task('next', 'starting')];
    expect(observe(service(2), tasks)).toMatchObject({
      progress: { state: 'rolling_out', healthy: 1, desired: 2, version: 7 },
      healthyIds: ['new'],
    });
  });

  it('does not count tasks that were restarted by force before', () => {
    const tasks = [task('old', 'running', { Spec: { ...template, ForceUpdate: 3 } })];
    expect(observe(service(1), tasks).progress.healthy).toBe(0);
  });

  it('does not count a task that is being stopped', () => {
    expect(observe(service(1), [task('a', 'running', { DesiredState: 'shutdown' })]).progress.healthy).toBe(0);
  });

  it('does not take the end of the update before for the end of this one', () => {
    const stale = service(1, { State: 'completed', StartedAt: '2026-01-01T00:00:00Z' });
    expect(observe(stale, [task('old', 'running', { Spec: older })]).progress.state).toBe('rolling_out');
  });

  it.each([
    [undefined, 'watching', false],
    ['updating', 'watching', true],
    ['completed', 'watching', false],
    ['paused', 'failed', false],
    ['rollback_started', 'rolling_back', true],
    ['rollback_paused', 'failed', false],
    ['rollback_completed', 'rolled_back', false],
  ] as const)('with all tasks up and the update %s is %s', (State, state, swarmActs) => {
    const seen = observe(service(1, State && { State, StartedAt: '2026-01-01T00:01:00Z' }), [task('a', 'running')]);
    expect(seen).toMatchObject({ progress: { state }, swarmActs });
  });

  it.each([
    ['completed', 'running', 'rolled_back'],
    ['rollback_completed', 'running', 'rolled_back'],
    [undefined, 'running', 'rolled_back'],
    ['rollback_started', 'running', 'rolling_back'],
    ['completed', 'starting', 'rolling_back'],
    ['rollback_paused', 'starting', 'failed'],
  ] as const)('on another version than asked for, an update that is %s with a task %s is %s', (State, up, state) => {
    const status = State && { State, StartedAt: '2026-01-01T00:01:00Z' };
    const asked = { labels: { 'shipmate.deployment': 'new' } };
    const seen = observe(labelled(service(1, status), 'old'), [task('a', up)], asked);
    expect(seen.progress).toMatchObject({ state, reverted: true });
  });

  it('on the version asked for has not gone back, although an update before did', () => {
    const status = { State: 'rollback_completed', StartedAt: '2026-01-01T00:01:00Z' } as const;
    const asked = { labels: { 'shipmate.deployment': 'new' }, image: 'app:2' };
    const { progress } = observe(labelled(service(1, status), 'new'), [task('a', 'running')], asked);
    expect(progress).toEqual({ state: 'watching', healthy: 1, desired: 1, taskErrors: [], version: 7 });
  });

  it('with an image that somebody else set is no success', () => {
    const asked = { labels: { 'shipmate.deployment': 'new' }, image: 'app:3' };
    expect(observe(labelled(service(1), 'new'), [task('a', 'running')], asked).progress).toMatchObject({
      state: 'failed',
      taskErrors: ['somebody else set its image to `app:2` meanwhile'],
    });
  });

  it('tells a version that served all the time from one that was started again', () => {
    const status = { State: 'completed', StartedAt: '2026-01-01T00:01:00Z' } as const;
    const asked = { labels: { 'shipmate.deployment': 'new' } };
    const older = task('stayed', 'running', { CreatedAt: '2026-01-01T00:00:10Z' });
    const back = labelled(service(2, status), 'old');
    expect(observe(back, [older, task('again', 'running')], asked).progress.restarted).toBeUndefined();
    expect(observe(back, [task('one', 'running'), task('other', 'running')], asked).progress.restarted).toBe(true);
    // The status of a rollback, written after it had started its tasks.
    const late = labelled(service(2, { ...status, StartedAt: '2026-01-01T00:09:00Z' }), 'old');
    const again = [task('one', 'running'), task('other', 'running')];
    expect(observe(late, again, asked).progress.restarted).toBeUndefined();
    expect(observe(late, again, asked, Date.parse(status.StartedAt)).progress.restarted).toBe(true);
  });

  it('forgets failures from before the roll-out', () => {
    const before = task('a', 'failed', { CreatedAt: '2026-01-01T00:00:30Z', Err: 'task: non-zero exit (1)' });
    expect(observe(service(1), [before])).toMatchObject({ failedIds: [], progress: { taskErrors: [] } });
  });

  it('tells why Swarm rolled back from the tasks of the version that is gone', () => {
    const status = { State: 'rollback_completed', StartedAt: '2026-01-01T00:01:00Z' } as const;
    const gone = task('a', 'failed', { Spec: older, Err: 'task: non-zero exit (1)' });
    expect(observe(service(1, status), [gone, task('b', 'running')]).progress.taskErrors).toEqual([
      'exited with code 1',
    ]);
  });

  it('is stuck when all that is missing waits for a node', () => {
    const waiting = task('w', 'pending', { Err: 'no suitable node' });
    expect(observe(service(2), [task('a', 'running'), waiting])).toMatchObject({
      stuck: true,
      progress: { taskErrors: ['no suitable node'] },
    });
    expect(observe(service(3), [task('a', 'running'), waiting, task('b', 'starting')]).stuck).toBe(false);
    const halfBegun = [waiting, task('old', 'running', { Spec: older }), task('other', 'running', { Spec: older })];
    expect(observe(service(2), halfBegun).stuck).toBe(true);
    expect(observe(service(1), [task('p', 'pending')]).stuck).toBe(false);
  });

  it('has all it wants with no replicas', () => {
    expect(observe(service(0), []).progress).toMatchObject({ state: 'watching', healthy: 0, desired: 0 });
  });
});
