import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { gitProviders } from '../../src/entities/git-provider.ts';
import { clientLibraries } from '../../src/git-hosts/client-libraries.ts';
import { type CommitStatus, type GitHostApi, GitHostError } from '../../src/git-hosts/api.ts';
import type { FakeGitHosts } from '../support/fake-git-hosts.ts';
import { startGitHosts } from '../support/git-hosts.ts';

const commit = 'c0ffee0000000000000000000000000000000000';
const status: CommitStatus = {
  state: 'pending',
  context: 'shipmate/shop/api',
  description: 'Deployment requested by ada',
  targetUrl: 'http://ship.example/deployments/1',
};

/** As GitHub's documentation has it: no header, budget left. */
const secondaryLimit = {
  status: 403,
  headers: { 'x-ratelimit-remaining': '4321', 'x-ratelimit-reset': '4102444800' },
  body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
};

let hosts: FakeGitHosts;
beforeAll(async () => {
  hosts = await startGitHosts();
});
beforeEach(() => {
  hosts.received.length = 0;
  hosts.checks = [];
  hosts.answer = undefined;
  hosts.movedTo = undefined;
});
afterAll(async () => hosts[Symbol.asyncDispose]());

describe.each(gitProviders)('%s', (provider) => {
  function open(token = hosts.token, timeoutMs = 60_000): GitHostApi {
    const cloneUrl = `${hosts.url}/acme/api.git`;
    return clientLibraries({ addresses: hosts.addresses, timeoutMs }).open({ provider, cloneUrl, token });
  }

  async function failure(work: Promise<unknown>): Promise<GitHostError> {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof GitHostError) return error;
    throw new Error(`not the error that was expected: ${inspect(error)}`);
  }

  it.each(['pending', 'success', 'failure', 'error'] as const)(
    'is told %s with description and link',
    async (state) => {
      await open().setStatus('acme/api', commit, { ...status, state });
      expect(hosts.received).toEqual([{ ...status, state, repository: 'acme/api', commit }]);
    },
  );

  it('is told the same twice without harm', async () => {
    await open().setStatus('acme/api', commit, status);
    await open().setStatus('acme/api', commit, status);
    expect(hosts.received[0]).toMatchObject({ state: 'pending' });
  });

  it('is told no more than it takes', async () => {
    const long = {
      ...status,
      context: `shipmate/${'p'.repeat(200)}/${'a'.repeat(200)}`,
      description: '⛵'.repeat(500),
    };
    await open().setStatus('acme/api', commit, long);
    const [received] = hosts.received;
    expect(received?.description).toMatch(/^⛵{139}…$/u);
    expect(received?.context).toMatch(/^shipmate\/p+\//);
  });

  it('tells the newest word of every check, over several pages', async () => {
    hosts.checks = [
      { name: 'build', state: 'success' },
      { name: 'lint', state: 'pending' },
      { name: 'test', state: 'failure' },
      { name: 'size', state: 'success' },
      { name: 'docs', state: 'pending' },
    ];
    const checks = await open().checksOf('acme/api', commit);
    expect(checks.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(
      hosts.checks.toSorted((a, b) => a.name.localeCompare(b.name)),
    );
  });

  it('that refuses a token is not asked again, and the token is in no error', async () => {
    const error = await failure(open('wrong-token-of-somebody').setStatus('acme/api', commit, status));
    expect(error).toMatchObject({ status: 401, refused: true, message: 'it answered 401: Bad credentials' });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('wrong-token');
  });

  it.each([
    { what: 'asks for a pause', answer: { status: 429, headers: { 'retry-after': '7' } }, pause: 7_000 },
    { what: 'has had enough', answer: secondaryLimit, pause: 60_000 },
    { what: 'is broken', answer: { status: 503 }, pause: undefined },
  ])('that $what is asked once, and may be asked again later', async ({ answer, pause }) => {
    hosts.answer = answer;
    const before = hosts.requests();
    const error = await failure(open().setStatus('acme/api', commit, status));
    expect(error).toMatchObject({ status: answer.status, refused: false, retryAfterMs: pause });
    expect(hosts.requests() - before).toBe(1);
  });

  it('that repeats the token in what it says is not quoted', async () => {
    hosts.answer = { status: 422, body: { message: `cannot use ${hosts.token}` } };
    const error = await failure(open().checksOf('acme/api', commit));
    expect(error.message).toBe('it answered 422: cannot use …');
    expect(error.refused).toBe(true);
  });

  it('that does not answer is given up', async () => {
    hosts.answer = 'hang';
    const error = await failure(open(hosts.token, 1_000).setStatus('acme/api', commit, status));
    expect(error).toMatchObject({ message: 'no answer within 1 s', refused: false });
  });

  it('that moved is told there, by the same method and with the same words', async () => {
    hosts.movedTo = '';
    hosts.checks = [{ name: 'build', state: 'success' }];
    await open().setStatus('acme/api', commit, status);
    expect(hosts.received).toEqual([{ ...status, repository: 'acme/api', commit }]);
    expect(await open().checksOf('acme/api', commit)).toEqual(hosts.checks);
  });

  it('that sends to another host does not get the token there', async () => {
    await using elsewhere = await startGitHosts();
    hosts.movedTo = elsewhere.url;
    const refusal = {
      refused: true,
      message:
        `it redirects to ${elsewhere.url}, which does not get the token. ` +
        'Connect the repository at the address it has now',
    };
    expect(await failure(open().setStatus('acme/api', commit, status))).toMatchObject(refusal);
    expect(await failure(open().checksOf('acme/api', commit))).toMatchObject(refusal);
    expect(elsewhere.requests()).toBe(0);
  });

  it('that sends in a circle is left', async () => {
    hosts.answer = { status: 307, headers: { location: '/again' } };
    const before = hosts.requests();
    const error = await failure(open().checksOf('acme/api', commit));
    expect(error).toMatchObject({ message: 'it redirects more than 5 times', refused: false });
    expect(hosts.requests() - before).toBe(6);
  });

  it('that answers without an end is not read to it', async () => {
    hosts.answer = { status: 200, body: [{ name: 'x'.repeat(8 * 1024 ** 2) }] };
    const error = await failure(open().checksOf('acme/api', commit));
    expect(error).toMatchObject({ message: 'the answer is larger than 8 MiB', refused: false, status: undefined });
  });

  it('that is gone may come back', async () => {
    const gone = clientLibraries({ addresses: { [provider]: 'http://127.0.0.1:9/api' } });
    const host = gone.open({ provider, cloneUrl: 'http://127.0.0.1:9/acme/api.git', token: 'x' });
    const error = await failure(host.checksOf('acme/api', commit));
    expect(error).toMatchObject({ refused: false, status: undefined });
  });
});
