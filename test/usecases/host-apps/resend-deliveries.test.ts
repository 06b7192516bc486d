import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { resendDeliveries } from '../../../src/usecases/host-apps/resend-deliveries.ts';
import { openAppStage } from './stage.ts';

const never = new AbortController().signal;
let stage: Awaited<ReturnType<typeof openAppStage>>;
beforeAll(async () => {
  stage = await openAppStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  Object.assign(stage.host, { attempts: [], sentAgain: [], answer: undefined });
});

/** Attempts, the oldest first; status 0: nobody answered. */
function tried(...attempts: [guid: string, status: number][]): void {
  stage.host.attempts = attempts.map(([guid, status], at) => ({ id: at + 1, guid, status }));
}

describe('what the webhook of an app could not deliver', () => {
  it('is nothing to look for without apps', async () => {
    expect(await resendDeliveries(stage.deps, never)).toBeUndefined();
    expect(stage.host.log).toEqual([]);
  });

  it('is sent again, the oldest first, from all pages, and not what arrived or was tried five times', async () => {
    await stage.createApp();
    tried(['a', 202], ['b', 0], ['c', 503], ['d', 200], ['e', 0], ['e', 202], ['f', 502]);
    expect(await resendDeliveries(stage.deps, never)).toBe('1 app, 3 sent again');
    expect(stage.host.sentAgain).toEqual([2, 3, 7]);
    tried(...Array.from({ length: 5 }, (): [string, number] => ['g', 0]));
    expect(await resendDeliveries(stage.deps, never)).toBe('1 app, 0 sent again');
  });

  it('waits for the next look when the host does not answer', async () => {
    stage.host.answer = { status: 502, body: { message: 'Bad gateway' } };
    expect(await resendDeliveries(stage.deps, never)).toBe('1 app, 0 sent again, 1 not reached');
  });
});
