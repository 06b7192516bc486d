import { describe, expect, it } from '@jest/globals';
import { webhook } from '../../../src/git-hosts/bitbucket-data-center/webhook.ts';
import { shaOf, signedDelivery } from '../../support/webhooks.ts';
import { rawDelivery } from '../raw-delivery.ts';

const host = 'https://bitbucket.example.com/code';

/** As documented, with the links and commits that newer versions send. */
const payload = {
  eventKey: 'repo:refs_changed',
  date: '2026-09-19T09:45:32+1000',
  actor: { name: 'admin', emailAddress: 'admin@example.com', id: 1, displayName: 'Administrator', slug: 'admin' },
  repository: {
    slug: 'api',
    id: 84,
    name: 'api',
    scmId: 'git',
    state: 'AVAILABLE',
    forkable: true,
    project: { key: 'SHOP', id: 85, name: 'shop', public: false, type: 'NORMAL' },
    links: {
      clone: [
        { href: `${host}/scm/shop/api.git`, name: 'http' },
        { href: 'ssh://git@bitbucket.example.com:7999/shop/api.git', name: 'ssh' },
      ],
      self: [{ href: `${host}/projects/SHOP/repos/api/browse` }],
    },
  },
  changes: [
    {
      ref: { id: 'refs/heads/main', displayId: 'main', type: 'BRANCH' },
      refId: 'refs/heads/main',
      fromHash: shaOf('a'),
      toHash: shaOf('b'),
      type: 'UPDATE',
    },
  ],
  toCommit: { id: shaOf('b'), displayId: 'bbbbbbb', message: 'Sell pears\n\nand plums', author: { name: 'ada' } },
  commits: [
    { id: shaOf('b'), message: 'Sell pears\n\nand plums' },
    { id: shaOf('c'), message: 'Sell apples' },
  ],
};

function parse(given: object, event = 'repo:refs_changed') {
  return webhook.parse(
    rawDelivery(signedDelivery('bitbucket-data-center', given, 'secret', { headers: { 'x-event-key': event } })),
    given,
  );
}

const main = {
  kind: 'branch',
  name: 'main',
  before: shaOf('a'),
  after: shaOf('b'),
  forced: false,
  skips: false,
  paths: undefined,
  complete: false,
  title: 'Sell pears',
  author: 'ada',
};

describe('a delivery of Bitbucket Data Center', () => {
  it('tells the ref that was pushed, and no paths', () => {
    expect(parse(payload)).toEqual({
      kind: 'push',
      event: 'repo:refs_changed',
      push: { repository: 'SHOP/api', pusher: 'admin', refs: [main] },
    });
  });

  it('tells its repository with id, server and clone URLs', () => {
    expect(webhook.repository(payload)).toEqual({
      name: 'SHOP/api',
      id: '84',
      server: host,
      cloneUrls: [`${host}/scm/shop/api.git`, 'ssh://git@bitbucket.example.com:7999/shop/api.git'],
    });
    expect(webhook.named(Buffer.from(JSON.stringify(payload)))).toContain('SHOP/api');
  });

  it('of an older version has neither commits nor links', () => {
    const { commits: _commits, toCommit: _toCommit, ...older } = payload;
    const { links: _links, ...repository } = payload.repository;
    expect(parse({ ...older, repository })).toMatchObject({
      push: { refs: [{ ...main, skips: undefined, title: undefined, author: undefined }] },
    });
    expect(webhook.repository({ repository })).toEqual({
      name: 'SHOP/api',
      id: '84',
      server: undefined,
      cloneUrls: [],
    });
  });

  it('tells several refs, and takes no commit of one for another', () => {
    const tag = { refId: 'refs/tags/v1', ref: { id: 'refs/tags/v1', type: 'TAG' }, type: 'ADD' };
    const changes = [
      ...payload.changes,
      { ...tag, fromHash: shaOf('0'), toHash: shaOf('e') },
      { refId: 'refs/heads/old', ref: null, type: 'DELETE', fromHash: shaOf('a'), toHash: shaOf('0') },
    ];
    expect(parse({ ...payload, changes })).toMatchObject({
      push: {
        refs: [
          { kind: 'branch', name: 'main', skips: undefined, title: undefined },
          { kind: 'tag', name: 'v1', before: undefined, after: shaOf('e') },
          { kind: 'branch', name: 'old', before: shaOf('a'), after: undefined },
        ],
      },
    });
  });

  it.each([
    ['diagnostics:ping', 'ping: the webhook works'],
    ['pr:comment:added', 'event `pr:comment:added` deploys nothing; `repo:refs_changed` and those of pull requests do'],
  ])('of %s is ignored', (event, why) => {
    expect(parse({ test: true }, event)).toEqual({ kind: 'ignored', event, why });
  });

  it('of notes is ignored', () => {
    const changes = [{ ...payload.changes[0], refId: 'refs/notes/commits' }];
    expect(parse({ ...payload, changes })).toMatchObject({
      kind: 'ignored',
      why: '`refs/notes/commits` is neither a branch nor a tag',
    });
  });
});
