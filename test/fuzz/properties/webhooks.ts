import fc from 'fast-check';
import { gitProviders } from '../../../src/entities/git-provider.ts';
import { namedRepositories } from '../../../src/git-hosts/named-repositories.ts';
import { readDelivery, signedWith } from '../../../src/git-hosts/read-delivery.ts';
import { gitHosts } from '../../../src/git-hosts/registry.ts';
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
];

/** What a host sends: changed payloads, cut ones, and what is none. */
function bodies(provider: (typeof gitProviders)[number]) {
  const payload = changed(pushes.map((one) => pushPayload[provider](one))).map((value) => JSON.stringify(value) ?? '');
  const cut = fc.tuple(payload, fc.nat(2_000)).map(([text, length]) => text.slice(0, length));
  return fc.oneof({ weight: 8, arbitrary: payload }, { weight: 1, arbitrary: cut }, { weight: 1, arbitrary: anyText });
}

export const webhooks = gitProviders.map((provider) => {
  const { webhook } = gitHosts[provider];
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
    call(raw) {
      signedWith(provider, raw, ['a secret', `whsec_${Buffer.from('a secret').toString('base64')}`]);
      namedRepositories(raw.body, webhook.repositoryKey);
      const read = readDelivery(provider, raw);
      if ('refused' in read) return;
      if (read.parsed.kind === 'ignored') return requireStorable(read);
      const { push: parsed } = read.parsed;
      requireStorable({ ...read, parsed: parsed.refs.map((ref) => ({ ...ref, paths: undefined })) });
    },
  });
});

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
