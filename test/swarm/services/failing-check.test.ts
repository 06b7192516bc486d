import { describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';
import { lastFailure, wasUnhealthy } from '../../../src/swarm/services/failing-check.ts';

const down = 'GET /healthz on port 8080 answered 500\n';
/** Docker 20.10 with runc 1.1, of a check that began while its container was being stopped. */
const stopped =
  'OCI runtime exec failed: exec failed: unable to start container process: read init-p: connection reset by peer: unknown';

/** A container whose checks failed with these outputs, one after another; an empty one was good. */
function checked(outputs: string[], retries: number) {
  const log = outputs.map((Output) => ({ Start: '', End: '', ExitCode: Output === '' ? 0 : 1, Output }));
  const streak = outputs.length - 1 - outputs.lastIndexOf('');
  // The Engine keeps the last five.
  const State = { Health: { FailingStreak: streak, Log: log.slice(-5) } };
  return { Config: { Healthcheck: { Retries: retries } }, State } as Pick<
    Docker.ContainerInspectInfo,
    'Config' | 'State'
  >;
}

describe('what the failing health check of a container says', () => {
  it('is what made it unhealthy, not what a check said while the container was being stopped', () => {
    expect(lastFailure(checked(['', down, down, stopped], 2))).toBe(down.trim());
    expect(lastFailure(checked([down, down, down, stopped, stopped], 0))).toBe(down.trim());
  });

  it('is the last failure of one that is not unhealthy yet', () => {
    expect(lastFailure(checked(['', 'warming up', down], 5))).toBe(down.trim());
    expect(wasUnhealthy(checked(['', 'warming up', down], 5))).toBe(false);
  });

  it('is the first that the Engine still knows once it has failed for long', () => {
    expect(lastFailure(checked(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 2))).toBe('d');
    expect(wasUnhealthy(checked(['a', 'b', 'c'], 0))).toBe(true);
  });

  it('is that of an earlier check when the last one printed nothing', () => {
    expect(lastFailure(checked([down, ' \n'], 2))).toBe(down.trim());
    expect(lastFailure(checked([], 2))).toBeUndefined();
  });
});
