import { describe, expect, it } from '@jest/globals';
import { webhook } from '../../../src/git-hosts/gitlab/webhook.ts';
import { pushPayload, shaOf, signedDelivery, standardWebhook } from '../../support/webhooks.ts';
import { rawDelivery } from '../raw-delivery.ts';

const push = {
  repository: 'acme/team/api',
  ref: 'refs/heads/main',
  before: shaOf('a'),
  after: shaOf('b'),
  commits: [{ message: 'Sell apples', paths: ['src/shop.ts'] }],
};

describe('a delivery of GitLab', () => {
  it('tells who pushed what', () => {
    const payload = pushPayload.gitlab({ ...push, truncated: true });
    expect(webhook.parse(rawDelivery(signedDelivery('gitlab', payload, 'secret')), payload)).toEqual({
      kind: 'push',
      event: 'Push Hook',
      push: {
        repository: 'acme/team/api',
        pusher: 'ada',
        refs: [
          {
            kind: 'branch',
            name: 'main',
            before: shaOf('a'),
            after: shaOf('b'),
            forced: false,
            skips: false,
            paths: ['src/shop.ts'],
            complete: false,
            title: 'Sell apples',
            author: 'Ada',
          },
        ],
      },
    });
  });

  it('of another event is ignored', () => {
    const headers = { 'x-gitlab-event': 'Note Hook' };
    expect(webhook.parse(rawDelivery(signedDelivery('gitlab', {}, 'secret', { headers })), {})).toEqual({
      kind: 'ignored',
      event: 'Note Hook',
      why: 'event `Note Hook` deploys nothing; only pushes and merge requests do',
    });
  });

  it('is verified by a secret that is both token and signing key', () => {
    const secret = webhook.makeSecret();
    const payload = pushPayload.gitlab(push);
    expect(secret).toMatch(/^whsec_/);
    for (const delivery of [signedDelivery('gitlab', payload, secret), standardWebhook(payload, secret)]) {
      const raw = rawDelivery(delivery);
      expect([webhook.verify(raw, secret), webhook.verify(raw, webhook.makeSecret())]).toEqual([true, false]);
    }
  });
});
