import fc from 'fast-check';
import { type GitProvider, gitProviders } from '../../../src/entities/git-provider.ts';
import { namedIds, namedRepositories } from '../../../src/git-hosts/named-repositories.ts';
import { readDelivery, signedWith } from '../../../src/git-hosts/read-delivery.ts';
import { gitHosts } from '../../../src/git-hosts/registry.ts';
import type { RawDelivery } from '../../../src/git-hosts/webhook.ts';
import { isStorable } from '../../../src/storable-text.ts';
import { pushPayload, shaOf, signedDelivery } from '../../support/webhooks.ts';
import { property } from '../property.ts';
import { anyText, changed, textOf } from '../texts.ts';

const push = { repository: 'acme/api', ref: 'refs/heads/main', before: shaOf('a'), after: shaOf('b') };
const commits = [{ message: 'Sell apples [skip ci]', paths: ['src/shop.ts'] }, { message: 'Sell pears' }];
const pushes = [
  { ...push, commits },
  { ...push, commits: [], after: undefined },
  { ...push, ref: 'refs/tags/v1', before: undefined, commits },
  { ...push, ref: 'refs/tags/v1', after: undefined },
  { ...push, ref: 'refs/tags/v1', forced: true },
  { ...push, ref: 'refs/notes/commits' },
];
const tags = pushes.filter(({ ref }) => ref.startsWith('refs/tags/'));

/** What hosts send beside pushes, and under which name. */
const others: Record<GitProvider, Record<string, string>[]> = {
  github: ['release', 'create', 'delete', 'ping'].map((event) => ({ 'x-github-event': event })),
  gitea: ['release', 'create', 'delete'].map((event) => ({ 'x-gitea-event': event })),
  gitlab: ['Tag Push Hook', 'Release Hook'].map((event) => ({ 'x-gitlab-event': event })),
  bitbucket: ['repo:fork', 'pullrequest:created'].map((event) => ({ 'x-event-key': event })),
  'bitbucket-data-center': ['diagnostics:ping', 'pr:opened'].map((event) => ({ 'x-event-key': event })),
};
const release = {
  name: 'v1',
  tag_name: 'v1',
  target_commitish: 'main',
  body: 'Sells apples',
  draft: false,
  assets: [],
};
/** Of a host that names the repository in either way. */
const repository = {
  full_name: push.repository,
  path_with_namespace: push.repository,
  slug: 'api',
  project: { key: 'acme' },
};
const releases = [
  { action: 'published', release, repository, project: repository },
  { ref: 'v1', ref_type: 'tag', repository, project: repository },
  { ...release, object_kind: 'release', action: 'create', tag: 'v1', repository, project: repository },
];

/** What a host sends: changed payloads, cut ones, and what is none. */
function bodies(provider: GitProvider) {
  const payload = payloads(pushes.map((one) => pushPayload[provider](one)));
  const cut = fc.tuple(payload, fc.nat(2_000)).map(([text, length]) => text.slice(0, length));
  return fc.oneof({ weight: 8, arbitrary: payload }, { weight: 1, arbitrary: cut }, { weight: 1, arbitrary: anyText });
}

function payloads(values: object[]) {
  return changed(values).map((value) => JSON.stringify(value) ?? '');
}

export const webhooks = gitProviders.map((provider) => {
  const sent = signedDelivery(provider, '{}', 'a secret').headers;
  const headers = fc.constantFrom(...Object.keys(sent)).chain((name) => {
    return fc.oneof(
      fc.constant(sent),
      anyText.map((value) => ({ ...sent, [name]: value })),
    );
  });
  return property({
    name: `webhooks of ${provider}`,
    inputs: 60_000,
    from: fc.record({ headers, body: bodies(provider).map((text) => Buffer.from(text)) }),
    call: (raw) => read(provider, raw),
  });
});

export const otherEvents = gitProviders.map((provider) => {
  const sent = signedDelivery(provider, '{}', 'a secret').headers;
  return property({
    name: `releases and tags of ${provider}`,
    inputs: 20_000,
    from: fc.record({
      headers: fc.constantFrom(...others[provider]).map((event) => ({ ...sent, ...event })),
      body: payloads([...releases, ...tags.map((one) => pushPayload[provider](one))]).map((text) => Buffer.from(text)),
    }),
    call: (raw) => read(provider, raw),
  });
});

function read(provider: GitProvider, raw: RawDelivery): void {
  signedWith(provider, raw, ['a secret', `whsec_${Buffer.from('a secret').toString('base64')}`]);
  gitHosts[provider].webhook.named(raw.body);
  namedIds(raw.body, gitHosts[provider].webhook.idKey);
  const delivery = readDelivery(provider, raw);
  if ('refused' in delivery) return;
  if (delivery.parsed.kind === 'ignored') return requireStorable(delivery);
  if (delivery.parsed.kind === 'request') return requireStorable(delivery);
  if (delivery.parsed.kind === 'installation') return requireStorable(delivery);
  const { push: parsed } = delivery.parsed;
  requireStorable({ ...delivery, parsed: parsed.refs.map((ref) => ({ ...ref, paths: undefined })) });
}

export const repositoryNames = property({
  name: 'repositories named in raw bytes',
  inputs: 40_000,
  from: textOf(['"full_name"', ':', ' ', '"', 'acme/api', '\\u0041', '\\', '{', '}', ',', '"full_name":"a/b"'], 50_000),
  call: (text) => namedRepositories(Buffer.from(text), 'full_name'),
});

function requireStorable(value: unknown): void {
  JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'string' && !isStorable(part)) throw new Error(`not storable: ${JSON.stringify(part)}`);
    return part;
  });
}
