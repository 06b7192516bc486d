import { describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import type { Notification } from '../../src/entities/notification.ts';
import { digestReply } from '../../src/replies/digest-reply.ts';
import { notificationReply } from '../../src/replies/notification-reply.ts';
import { emptyDigest } from '../support/digest.ts';
import { fakeDeps } from '../support/fakes.ts';

const at = new Date('2026-12-01T08:30:00Z');

/** What a row without a deployment says. */
function said(row: { event: string; payload: object; count?: number }) {
  const notification = { severity: 'danger', count: 1, createdAt: at, lastAt: at, ...row } as Notification;
  return notificationReply(fakeDeps({} as Database), notification);
}

describe('a notification', () => {
  it('of a digest has its picture', async () => {
    const payload = { kind: 'digest', digest: emptyDigest };
    expect(await said({ event: 'digest', payload })).toEqual(await digestReply(emptyDigest));
  });

  it('says how often its event has occurred', async () => {
    const payload = { kind: 'job-failed', job: 'tidy', reason: 'locked', scheduled: false };
    expect((await said({ event: 'job-failed', payload, count: 3 }))?.text).toBe('locked\n3 times in 1 min');
  });

  it('that an earlier version stored is its ready reply, or its bare digest', async () => {
    const reply = { tone: 'danger', title: 'shop/api is unhealthy', text: 'exits with code 1' };
    expect(await said({ event: 'unhealthy', payload: reply })).toEqual(reply);
    expect(await said({ event: 'digest', payload: emptyDigest })).toEqual(await digestReply(emptyDigest));
  });

  it('of a kind that only a newer version knows is still delivered', async () => {
    expect(await said({ event: 'unhealthy', payload: { kind: 'volume-full', volume: 'media' } })).toEqual({
      tone: 'danger',
      title: 'Event: unhealthy',
      text: 'A newer version of Shipmate recorded it. Upgrade this one to see the details.',
    });
  });
});
