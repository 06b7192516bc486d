import { describe, expect, it } from '@jest/globals';
import { webhook } from '../../../src/git-hosts/gitea/webhook.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { rawDelivery } from '../raw-delivery.ts';

const payload = pushPayload.gitea({
  repository: 'acme/api',
  ref: 'refs/heads/main',
  before: shaOf('a'),
  after: shaOf('b'),
  commits: [{ message: 'Sell apples' }],
  truncated: true,
});
const sent = signedDelivery('gitea', payload, 'secret', { id: 'one' });
const { 'x-gitea-signature': signature = '' } = sent.headers;

describe.each([
  ['Gitea', { 'x-gitea-event': 'push', 'x-gitea-delivery': 'one', 'x-gitea-signature': signature }],
  ['Forgejo', { 'x-forgejo-event': 'push', 'x-forgejo-delivery': 'one', 'x-forgejo-signature': signature }],
  [
    'either, with the headers of GitHub',
    { 'x-github-event': 'push', 'x-github-delivery': 'one', 'x-hub-signature-256': `sha256=${signature}` },
  ],
])('a delivery of %s', (_host, headers) => {
  const raw = rawDelivery({ body: sent.body, headers });

  it('has an id, and is verified by its signature', () => {
    expect(webhook.deliveryId(raw)).toBe('one');
    expect(webhook.isSigned(raw)).toBe(true);
    expect([webhook.verify(raw, 'secret'), webhook.verify(raw, 'another')]).toEqual([true, false]);
  });

  it('tells what was pushed, and that the list of commits is cut', () => {
    expect(webhook.parse(raw, payload)).toMatchObject({
      kind: 'push',
      push: { repository: 'acme/api', refs: [{ kind: 'branch', name: 'main', after: shaOf('b'), complete: false }] },
    });
  });
});
