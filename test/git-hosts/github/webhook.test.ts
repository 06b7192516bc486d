import { describe, expect, it } from '@jest/globals';
import { webhook } from '../../../src/git-hosts/github/webhook.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { rawDelivery } from '../raw-delivery.ts';

const push = {
  repository: 'acme/api',
  ref: 'refs/heads/main',
  before: shaOf('a'),
  after: shaOf('b'),
  commits: [{ message: 'Sell apples\n\nRed ones.', paths: ['src/shop.ts'] }],
};

function parse(payload: object, headers: Record<string, string> = {}) {
  return webhook.parse(rawDelivery(signedDelivery('github', payload, 'secret', { headers })), payload);
}

describe('a delivery of GitHub', () => {
  it('tells who pushed what', () => {
    expect(parse(pushPayload.github(push))).toEqual({
      kind: 'push',
      event: 'push',
      push: {
        repository: 'acme/api',
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
            complete: true,
            title: 'Sell apples',
            author: 'Ada',
          },
        ],
      },
    });
  });

  it('names the commit of an annotated tag, not the tag object', () => {
    const payload = { ...pushPayload.github({ ...push, ref: 'refs/tags/v1' }), after: shaOf('c') };
    expect(parse(payload)).toMatchObject({ push: { refs: [{ kind: 'tag', name: 'v1', after: shaOf('b') }] } });
  });

  it.each([
    ['ping', 'refs/heads/main', 'ping: the webhook works'],
    ['issues', 'refs/heads/main', 'event `issues` deploys nothing; `push` and `pull_request` do'],
    ['push', 'refs/notes/commits', '`refs/notes/commits` is neither a branch nor a tag'],
  ])('of %s at %s is ignored', (event, ref, why) => {
    const ignored = parse(pushPayload.github({ ...push, ref }), { 'x-github-event': event });
    expect(ignored).toEqual({ kind: 'ignored', event, why });
  });

  it('has an id, and is verified by its signature', () => {
    const raw = rawDelivery(signedDelivery('github', pushPayload.github(push), 'secret', { id: 'one' }));
    expect(webhook.deliveryId(raw)).toBe('one');
    expect([webhook.verify(raw, 'secret'), webhook.verify(raw, 'another')]).toEqual([true, false]);
    expect(webhook.isSigned({ ...raw, headers: {} })).toBe(false);
  });
});
