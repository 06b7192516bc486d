import { describe, expect, it } from '@jest/globals';
import { taskError, taskErrors } from '../../../src/swarm/services/task-errors.ts';
import type { Task } from '../../../src/swarm/services/task.ts';

function task(status: Partial<Task['Status']>, rest: Partial<Task> = {}): Task {
  return {
    ID: 't',
    ServiceID: 's',
    CreatedAt: '2026-01-01T00:00:00Z',
    DesiredState: 'shutdown',
    Spec: {},
    Status: { State: 'failed', Timestamp: '2026-01-01T00:00:00Z', ...status },
    ...rest,
  };
}

const checked = { Spec: { ContainerSpec: { Healthcheck: { Test: ['CMD', 'x'] } } } };

describe('taskError', () => {
  it.each([
    [task({ Err: 'task: non-zero exit (1)' }), 'exited with code 1'],
    [task({ Err: 'task: non-zero exit (137)' }), 'exited with code 137: it was killed, possibly out of memory'],
    [task({ Err: 'task: non-zero exit (137): dockerexec: unhealthy container' }), 'its health check kept failing'],
    [
      task({ Err: 'task: non-zero exit (143)' }, { end: { unhealthy: true, outOfMemory: false } }),
      'its health check kept failing',
    ],
    [task({ State: 'rejected', Err: 'No such image: a/b:1' }), 'no such image: a/b:1'],
    [task({ State: 'complete' }), 'exited with code 0: a service has to keep running'],
    [
      task({ State: 'complete' }, { ...checked, end: { unhealthy: false, outOfMemory: false } }),
      'exited with code 0: a service has to keep running',
    ],
    [task({ State: 'complete' }, checked), 'stopped with code 0: its health check failed, or it did not keep running'],
    [
      task({ State: 'pending', Err: 'no suitable node (host-mode port already in use on 1 node)' }),
      'no suitable node (host-mode port already in use on 1 node)',
    ],
    ...[
      // Engine 20.10 with runc 1.0 and 1.1, 26.1 and 28.5.
      'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "serve": executable file not found in $PATH: unknown',
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH: unknown',
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH: unknown',
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "serve": executable file not found in $PATH',
    ].map((words): [Task, string] => [
      task({ Err: `starting container failed: ${words}` }),
      'exec: "serve": executable file not found in $PATH',
    ]),
    [
      task({
        Err: 'starting container failed: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/etc": is a directory: unknown: permission denied',
      }),
      'exec: "/etc": is a directory: permission denied',
    ],
    [task({ State: 'failed', ContainerStatus: { ExitCode: 2 } }), 'exited with code 2'],
    [task({ State: 'running' }), undefined],
  ])('%#: says %s', (given, said) => {
    expect(taskError(given)).toBe(said);
  });
});

describe('taskErrors', () => {
  it('names each error once, newest first', () => {
    const old = task({ Err: 'old', Timestamp: '2026-01-01T00:00:01Z' });
    const fresh = task({ Err: 'fresh', Timestamp: '2026-01-01T00:00:09Z' });
    expect(taskErrors([old, fresh, old])).toEqual(['fresh', 'old']);
  });
});
