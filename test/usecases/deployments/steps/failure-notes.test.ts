import { describe, expect, it } from '@jest/globals';
import { createRedactor } from '../../../../src/secrets/redact.ts';
import type { RolloutProgress, TaskFailure } from '../../../../src/swarm/swarm.ts';
import { openFailureNotes } from '../../../../src/usecases/deployments/steps/failure-notes.ts';

function ended(lines: string[], over: Partial<TaskFailure> = {}): TaskFailure {
  return { task: 't1', error: 'exited with code 1', exitCode: 1, lines, ...over };
}

function last(taskErrors: string[]): RolloutProgress {
  return { state: 'failed', healthy: 0, desired: 1, taskErrors, version: 1 };
}

function notes(secrets: string[] = []) {
  return openFailureNotes('shop/api', createRedactor(secrets));
}

describe('the notes of a failure', () => {
  it('keep the error above a long stack trace, and put it first', () => {
    const frames = Array.from({ length: 50 }, (_, at) => `    at step (app.js:${at}:1)`);
    const kept = notes();
    kept.add(ended(['starting', 'Error: STRIPE_KEY is not set', ...frames]));
    expect(kept.explain(last(['exited with code 1'])).cause).toBe('the variable `STRIPE_KEY` is not set');
    expect(kept.last()?.failure).toMatchObject({ exit_code: 1, key_lines: 1 });
    expect(kept.last()?.failure.lines).toEqual(['Error: STRIPE_KEY is not set', ...frames.slice(-11)]);
  });

  it('hide secrets in lines, in what a health check printed, and in the cause', () => {
    const kept = notes(['hunter2-of-shop']);
    const checkOutput = 'refused hunter2-of-shop';
    kept.add(ended(["Error: Cannot find module 'hunter2-of-shop'"], { checkOutput }));
    const { cause } = kept.explain(last(['exited with hunter2-of-shop']));
    expect(JSON.stringify([cause, kept.last()])).not.toContain('hunter2');
  });

  it('know nothing of what nobody printed', () => {
    expect(notes().explain(undefined).cause).toBeUndefined();
    expect(notes().explain(last(['exited with code 3'])).cause).toBe('exited with code 3');
  });

  it('are of one service of a stack', () => {
    const kept = notes();
    kept.add(ended(['Error: one']), 'web');
    kept.add(ended(['Error: two']), 'worker');
    expect(kept.explain(last(['exited with code 1']), 'web').cause).toBe('`Error: one` (exited with code 1)');
    expect(kept.last()?.failure.service).toBe('web');
  });

  it('search the first three tasks of a crash loop', () => {
    const kept = notes();
    const telling = Array.from({ length: 4 }, (_, at) => kept.add(ended(['Error: x'], { task: `t${at}` })).telling);
    expect(telling).toEqual([[0], [0], [0], []]);
  });
});
