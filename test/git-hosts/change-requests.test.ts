import { describe, expect, it } from '@jest/globals';
import { type GitProvider, gitProviders } from '../../src/entities/git-provider.ts';
import { readDelivery } from '../../src/git-hosts/read-delivery.ts';
import {
  idOf,
  requestDelivery,
  type RequestInTest,
  requestHeaders,
  requestPayload,
} from '../support/request-payloads.ts';
import { shaOf, signedDelivery } from '../support/webhooks.ts';
import { rawDelivery } from './raw-delivery.ts';

const request: RequestInTest = { repository: 'acme/api', number: 42, happened: 'opened', commit: shaOf('a') };

function parsed(provider: GitProvider, over: Partial<RequestInTest> = {}) {
  const delivery = readDelivery(provider, rawDelivery(requestDelivery(provider, { ...request, ...over }, 'secret')));
  if ('refused' in delivery) throw new Error(delivery.refused);
  if (delivery.parsed.kind !== 'request') throw new Error(`it is ${delivery.parsed.kind}`);
  return delivery.parsed.request;
}

/** The same with a part of the payload replaced. */
function read(provider: GitProvider, change: (payload: Record<string, never>) => void, happened = request.happened) {
  const payload = structuredClone(requestPayload[provider]({ ...request, happened })) as Record<string, never>;
  change(payload);
  const sent = signedDelivery(provider, payload, 'secret', { headers: requestHeaders(provider, happened) });
  return readDelivery(provider, rawDelivery(sent));
}

const refs = {
  github: 'refs/pull/42/head',
  gitea: 'refs/pull/42/head',
  gitlab: 'refs/merge-requests/42/head',
  bitbucket: 'refs/heads/fix',
  'bitbucket-data-center': 'refs/pull-requests/42/from',
};

describe.each(gitProviders)('a request of %s', (provider) => {
  it('is read with its head, author and time', () => {
    expect(parsed(provider)).toEqual({
      repository: 'acme/api',
      number: 42,
      happened: 'opened',
      title: 'Fix it',
      author: { name: 'ada', id: expect.any(String) },
      byMember: provider === 'github' ? true : undefined,
      branch: 'fix',
      commit: provider === 'bitbucket' ? 'a'.repeat(12) : shaOf('a'),
      ref: refs[provider],
      fromFork: false,
      cloneFrom: undefined,
      sender: { name: 'ada', id: expect.any(String) },
      labels: [],
      allLabels: provider === 'gitea' ? [] : undefined,
      at: new Date('2026-11-28T10:00:00Z'),
    });
  });

  it.each(['changed', 'closed', 'merged'] as const)('that was %s says so', (happened) => {
    expect(parsed(provider, { happened }).happened).toBe(happened);
  });

  it('from a fork is one, also when the fork is gone, and when the host writes the name otherwise it is none', () => {
    expect(parsed(provider, { from: 'eve/api' }).fromFork).toBe(true);
    expect(parsed(provider, { from: null }).fromFork).toBe(true);
    expect(parsed(provider, { from: 'Acme/API' }).fromFork).toBe(false);
  });

  it.each(['b'.repeat(300), 'a b', 'a\nb', 'a:b'])('with the branch %j is refused', (branch) => {
    const delivery = requestDelivery(provider, { ...request, branch }, 'secret');
    expect(readDelivery(provider, rawDelivery(delivery))).toEqual({
      refused: expect.stringContaining('is not a payload of'),
    });
  });

  it('without a head or a number is refused', () => {
    expect(read(provider, (payload) => deepSet(payload, 'iid number id', -1))).toEqual({
      refused: expect.stringContaining(`This is not a payload of ${provider}`),
    });
    const heads = provider === 'gitlab' ? 'id' : 'sha hash latestCommit';
    expect(read(provider, (payload) => deepSet(payload, heads, 'HEAD'))).toEqual({
      refused: expect.stringContaining('is not a commit id'),
    });
  });

  // Jenkins’ JENKINS-57775: Bitbucket sends none once the fork is gone; GitLab none while there are no commits.
  it.each(['closed', 'opened'] as const)('without commits is none of a wrong form when it is %s', (happened) => {
    const heads = 'last_commit commit sha latestCommit';
    for (const nothing of provider === 'gitea' || provider === 'github' ? ['', null] : [null]) {
      const answer = read(provider, (payload) => deepSet(payload, heads, nothing), happened);
      expect(answer).toMatchObject({ parsed: { request: { number: 42, happened, commit: undefined } } });
    }
  });

  it('is not refused for what is only shown', () => {
    const answer = read(provider, (payload) => {
      deepSet(payload, 'title user actor sender labels label changes updated_at updated_on author merged', null);
    });
    expect(answer).toMatchObject({ parsed: { kind: 'request', request: { number: 42, happened: 'opened' } } });
  });
});

/** Sets every key of these names, wherever it is. */
function deepSet(value: unknown, names: string, to: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (names.split(' ').includes(key)) Object.assign(value, { [key]: to });
    else deepSet(inner, names, to);
  }
}

describe('GitHub', () => {
  it.each([
    ['OWNER', true],
    ['MEMBER', true],
    ['COLLABORATOR', undefined],
    ['CONTRIBUTOR', undefined],
    ['NONE', undefined],
  ])('says %s of the author, which tells of pushing: %p', (association, expected) => {
    expect(parsed('github', { association }).byMember).toBe(expected);
  });

  it('knows bots, which are no members whatever they may do', () => {
    expect(parsed('github', { bot: true, association: 'MEMBER' }).byMember).toBe(false);
  });

  it('edits and labels closed requests: they stay closed', () => {
    const answer = read('github', (payload) => deepSet(payload, 'state', 'closed'));
    expect(answer).toMatchObject({ parsed: { request: { happened: 'closed' } } });
  });

  it('tells which label was put', () => {
    expect(parsed('github', { happened: 'labelled', label: 'preview' })).toMatchObject({
      happened: 'labelled',
      labels: ['preview'],
    });
  });
});

describe('GitLab', () => {
  it('names the former head of an update with commits only', () => {
    const answer = read('gitlab', (payload) => deepSet(payload, 'oldrev', undefined), 'changed');
    expect(answer).toMatchObject({ parsed: { request: { happened: 'other' } } });
  });

  it('tells labels by what was there before', () => {
    expect(parsed('gitlab', { happened: 'labelled', label: 'preview' })).toMatchObject({
      happened: 'labelled',
      labels: ['preview'],
      sender: { name: 'ada', id: String(idOf('ada')) },
    });
  });

  it('writes times in two ways', () => {
    expect(parsed('gitlab', { at: '2026-11-28 10:00:00 UTC' }).at).toEqual(new Date('2026-11-28T10:00:00Z'));
  });
});

describe('Gitea', () => {
  it('takes commits of anybody for refs/for/main (AGit): they are on no branch, as those of a fork', () => {
    expect(parsed('gitea', { branch: 'refs/pull/42/head' }).fromFork).toBe(true);
  });

  it('tells all labels, and only newer versions which of them is new', () => {
    const request = { happened: 'labelled', label: 'preview', labels: ['bug', 'preview'] } as const;
    expect(parsed('gitea', request)).toMatchObject({ labels: [], allLabels: ['bug', 'preview'] });
    expect(parsed('gitea', { ...request, tellsNew: true })).toMatchObject({
      labels: ['preview'],
      allLabels: undefined,
    });
  });
});

describe('Bitbucket', () => {
  it('has no refs of requests: a fork is cloned itself', () => {
    expect(parsed('bitbucket', { from: 'eve/api' }).cloneFrom).toBe('eve/api');
  });

  it.each(['pullrequest:comment_created', 'pullrequest:approved', 'pullrequest:changes_request_created'])(
    'sends %s, which is ignored',
    (event) => {
      const sent = signedDelivery('bitbucket', requestPayload.bitbucket(request), 's', {
        headers: { 'x-event-key': event },
      });
      expect(readDelivery('bitbucket', rawDelivery(sent))).toMatchObject({ parsed: { kind: 'ignored' } });
    },
  );
});
