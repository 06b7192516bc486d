import { describe, expect, it } from '@jest/globals';
import { type GitProvider, gitProviders } from '../../src/entities/git-provider.ts';
import { readDelivery } from '../../src/git-hosts/read-delivery.ts';
import { gitHosts } from '../../src/git-hosts/registry.ts';
import { pushPayload, shaOf, signedDelivery } from '../support/webhooks.ts';
import { rawDelivery } from './raw-delivery.ts';

function parse(provider: GitProvider, payload: object) {
  return gitHosts[provider].webhook.parse(rawDelivery(signedDelivery(provider, payload, 'secret')), payload);
}

const push = { repository: 'acme/api', before: shaOf('a'), after: shaOf('b'), commits: [{ message: 'Sell apples' }] };

describe.each(gitProviders)('a push of %s', (provider) => {
  it.each([
    'main',
    'feature/cart',
    'fix#12',
    '100%',
    '%2e%2e',
    'a&b=c;d',
    'käse/🧀',
    "it's-$HOME-`x`",
    'HEAD',
    '-',
    'refs/heads/main',
    'gh-readonly-queue/main/pr-7-0a1b2c3d',
    'dependabot/npm_and_yarn/vite-5.2.1',
    'renovate/node-24.x',
    'x'.repeat(255),
  ])('names the branch %s and the tag as they are', (name) => {
    expect(parse(provider, pushPayload[provider]({ ...push, ref: `refs/heads/${name}` }))).toMatchObject({
      push: { refs: [{ kind: 'branch', name, before: shaOf('a'), after: shaOf('b') }] },
    });
    expect(
      parse(provider, pushPayload[provider]({ ...push, ref: `refs/tags/${name}`, before: undefined })),
    ).toMatchObject({
      push: { refs: [{ kind: 'tag', name, before: undefined, after: shaOf('b') }] },
    });
  });

  it('is the first one of a branch, and the last one', () => {
    const ref = 'refs/heads/main';
    expect(parse(provider, pushPayload[provider]({ ...push, ref, before: undefined }))).toMatchObject({
      push: { refs: [{ before: undefined, after: shaOf('b') }] },
    });
    expect(parse(provider, pushPayload[provider]({ ...push, ref, after: undefined, commits: [] }))).toMatchObject({
      push: { refs: [{ before: shaOf('a'), after: undefined }] },
    });
  });

  it('has many commits', () => {
    const commits = Array.from({ length: 5_000 }, (_, at) => ({ message: `Sell ${at} apples`, paths: [`${at}.ts`] }));
    expect(parse(provider, pushPayload[provider]({ ...push, ref: 'refs/heads/main', commits }))).toMatchObject({
      push: { refs: [{ name: 'main', skips: false }] },
    });
  });
});

// Kinds of payloads that other tools were reported to read wrongly.
describe('a push as it was reported elsewhere', () => {
  it('of a tag of GitLab says the commit twice, and names hosts that differ for ssh and https', () => {
    const payload = {
      object_kind: 'tag_push',
      event_name: 'tag_push',
      before: shaOf('0'),
      after: shaOf('2'),
      ref: 'refs/tags/1.0.6',
      ref_protected: false,
      checkout_sha: shaOf('2'),
      message: null,
      user_id: 3,
      user_name: 'Administrator',
      user_username: 'ada',
      user_email: '',
      project_id: 2,
      project: {
        id: 2,
        name: 'shop',
        description: null,
        web_url: 'https://git.example.com/acme/shop',
        git_ssh_url: 'git@gitlab.infra.example.com:acme/shop.git',
        git_http_url: 'https://git.example.com/acme/shop.git',
        path_with_namespace: 'acme/shop',
        ci_config_path: null,
      },
      commits: [],
      total_commits_count: 0,
      push_options: {},
    };
    expect(parse('gitlab', payload)).toMatchObject({
      push: { pusher: 'ada', refs: [{ kind: 'tag', name: '1.0.6', after: shaOf('2'), complete: true }] },
    });
    expect(gitHosts.gitlab.webhook.repository(payload)).toEqual({
      name: 'acme/shop',
      id: '2',
      server: 'https://git.example.com',
      cloneUrls: ['https://git.example.com/acme/shop.git', 'git@gitlab.infra.example.com:acme/shop.git'],
    });
  });

  it('of Bitbucket names only the side that there is', () => {
    const { push: inner, ...rest } = pushPayload.bitbucket({ ...push, ref: 'refs/heads/main' }) as {
      push: { changes: { old?: object; new?: object }[] };
    };
    const only = (side: 'old' | 'new') => ({
      ...rest,
      push: { changes: inner.changes.map((change) => ({ [side]: change[side] })) },
    });
    expect(parse('bitbucket', only('new'))).toMatchObject({
      push: { refs: [{ name: 'main', before: undefined, after: shaOf('b') }] },
    });
    expect(parse('bitbucket', only('old'))).toMatchObject({
      push: { refs: [{ name: 'main', before: shaOf('a'), after: undefined }] },
    });
  });

  it.each(['gitea', 'gitlab'] as const)('of %s to a SHA-256 repository is refused with that', (provider) => {
    const payload = { ...pushPayload[provider]({ ...push, ref: 'refs/heads/main' }), after: 'b'.repeat(64) };
    const sent = rawDelivery(signedDelivery(provider, payload, 'secret'));
    expect(readDelivery(provider, sent)).toEqual({
      refused: `This is not a payload of ${provider}: \`after\` is a commit of a SHA-256 repository, and only SHA-1 repositories can be deployed.`,
    });
  });

  it('of a bot has no author, no e-mail address and no pusher', () => {
    const payload = {
      ...pushPayload.github({ ...push, ref: 'refs/heads/main' }),
      pusher: null,
      sender: { login: 'dependabot[bot]', type: 'Bot' },
      commits: [{ id: shaOf('b'), message: null, author: null, added: null, removed: null, modified: null }],
      head_commit: null,
    };
    expect(parse('github', payload)).toMatchObject({
      push: { pusher: 'somebody', refs: [{ after: shaOf('b'), paths: undefined, skips: false }] },
    });
  });
});
