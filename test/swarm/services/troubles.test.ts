import { describe, expect, it } from '@jest/globals';
import type { Task } from '../../../src/swarm/services/task.ts';
import { troublesOf } from '../../../src/swarm/services/troubles.ts';

const now = Date.parse('2026-11-27T12:00:00Z');

function task(minutesAgo: number, Status: Partial<Task['Status']>, DesiredState = 'shutdown'): Task {
  const Timestamp = new Date(now - minutesAgo * 60_000).toISOString();
  return {
    ID: 't',
    ServiceID: 's',
    CreatedAt: Timestamp,
    DesiredState,
    Spec: {} as Task['Spec'],
    Status: { State: 'failed', Timestamp, ...Status },
  };
}

describe('the troubles of a service', () => {
  it('hold nothing that a health check printed, which may be a secret', () => {
    const unhealthy = {
      ...task(1, {}),
      end: { unhealthy: true, outOfMemory: false, checkOutput: 'postgres://app:hunter2@db' },
    };
    expect(troublesOf([unhealthy], now).errors).toEqual(['its health check kept failing']);
  });

  it('are tasks that ended by themselves in the last ten minutes, and what they say', () => {
    const tasks = [
      task(1, { Err: 'task: non-zero exit (1)' }),
      task(2, { Err: 'task: non-zero exit (1)' }),
      task(5, { Err: 'task: non-zero exit (137)' }),
      task(11, { Err: 'task: non-zero exit (127)' }),
      task(0, { State: 'running' }, 'running'),
      task(3, { State: 'shutdown' }),
    ];
    expect(troublesOf(tasks, now)).toEqual({
      ended: 3,
      lastEndedAt: new Date(now - 60_000),
      errors: ['exited with code 1', 'exited with code 137: it was killed, possibly out of memory'],
    });
  });

  it('are tasks that no node takes', () => {
    const waiting = task(30, { State: 'pending', Err: 'no suitable node (insufficient memory)' }, 'running');
    expect(troublesOf([waiting], now)).toEqual({ ended: 0, errors: ['no suitable node (insufficient memory)'] });
  });

  it('are none of a service without tasks', () => {
    expect(troublesOf([], now)).toEqual({ ended: 0, errors: [] });
  });
});
