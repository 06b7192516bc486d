import { describe, expect, it } from '@jest/globals';
import { webhook } from '../../../src/git-hosts/bitbucket/webhook.ts';
import { bitbucketChange, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { rawDelivery } from '../raw-delivery.ts';

const commits = [{ message: 'Sell apples' }];
const payload = {
  repository: { full_name: 'acme/api' },
  actor: { display_name: 'Ada L.' },
  push: {
    changes: [
      bitbucketChange({ ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b'), commits }),
      bitbucketChange({ ref: 'refs/tags/v1', before: shaOf('a') }),
    ],
  },
};

describe('a delivery of Bitbucket Cloud', () => {
  it('tells every ref that was pushed, and no paths', () => {
    expect(webhook.parse(rawDelivery(signedDelivery('bitbucket', payload, 'secret')), payload)).toEqual({
      kind: 'push',
      event: 'repo:push',
      push: {
        repository: 'acme/api',
        pusher: 'Ada L.',
        refs: [
          {
            kind: 'branch',
            name: 'main',
            before: shaOf('a'),
            after: shaOf('b'),
            forced: false,
            skips: false,
            paths: undefined,
            complete: true,
            title: 'Sell apples',
            author: 'Ada',
          },
          {
            kind: 'tag',
            name: 'v1',
            before: shaOf('a'),
            after: undefined,
            forced: false,
            skips: undefined,
            paths: undefined,
            complete: true,
            title: undefined,
            author: undefined,
          },
        ],
      },
    });
  });

  it.each([
    ['diagnostics:ping', 'ping: the webhook works'],
    ['repo:fork', 'event `repo:fork` deploys nothing; `repo:push` and those of pull requests do'],
  ])('of %s is ignored', (event, why) => {
    const raw = rawDelivery(signedDelivery('bitbucket', payload, 'secret', { headers: { 'x-event-key': event } }));
    expect(webhook.parse(raw, payload)).toEqual({ kind: 'ignored', event, why });
  });
});
