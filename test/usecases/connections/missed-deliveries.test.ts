import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { fetchMissedDeliveries } from '../../../src/usecases/connections/fetch-missed-deliveries.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { connectedApplication, librariesFor } from '../../support/connected-application.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import type { FakeGitHosts } from '../../support/fake-git-hosts.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { startGitHosts } from '../../support/git-hosts.ts';

const never = new AbortController().signal;
let test: TestDatabase;
let hosts: FakeGitHosts;
let deps: Deps;
beforeAll(async () => {
  test = await createTestDatabase();
  hosts = await startGitHosts();
  deps = { ...fakeDeps(test.database), gitHostApis: librariesFor(hosts) };
});
afterAll(async () => {
  await hosts[Symbol.asyncDispose]();
  await test.close();
});
beforeEach(async () => {
  Object.assign(hosts, { attempts: [], sentAgain: [], log: [], answer: undefined });
  await executeSql(test.database.asSystem(), 'delete from applications');
});

async function connect(provider: 'github' | 'gitlab' | 'bitbucket' | 'gitea', hookId: string | null): Promise<void> {
  const { id } = await connectedApplication(deps, hosts, { provider });
  await executeSql(test.database.asSystem(), 'update git_sources set hook_id = $2 where application_id = $1', [
    id,
    hookId,
  ]);
}

/** Attempts, the oldest first: `lost` nobody answered, `refused` was answered 503, `arrived` 202. */
function tried(...attempts: [delivery: string, outcome: 'lost' | 'refused' | 'arrived'][]): void {
  const statuses = { lost: 0, refused: 503, arrived: 202 };
  hosts.attempts = attempts.map(([delivery, outcome], at) => ({
    id: at + 1,
    hook: '7',
    delivery,
    status: statuses[outcome],
  }));
}

describe.each(['github', 'gitlab'] as const)('what a webhook of %s could not deliver', (provider) => {
  it('is sent again, the oldest first, from all pages', async () => {
    await connect(provider, '7');
    tried(['a', 'arrived'], ['b', 'lost'], ['c', 'refused'], ['d', 'arrived'], ['e', 'lost']);
    expect(await fetchMissedDeliveries(deps, never)).toBe('1 webhook, 3 sent again');
    expect(hosts.sentAgain).toEqual([2, 3, 5]);
  });

  it('is not, once an attempt arrived or after five of them', async () => {
    await connect(provider, '7');
    tried(['a', 'lost'], ['a', 'arrived'], ...Array.from({ length: 5 }, (): ['b', 'lost'] => ['b', 'lost']));
    expect(await fetchMissedDeliveries(deps, never)).toBe('1 webhook, 0 sent again');
    tried(['a', 'lost'], ['a', 'refused']);
    await fetchMissedDeliveries(deps, never);
    expect(hosts.sentAgain).toEqual([2]);
  });

  it('is at most five at a time', async () => {
    await connect(provider, '7');
    tried(...['a', 'b', 'c', 'd', 'e', 'f'].map((delivery): [string, 'lost'] => [delivery, 'lost']));
    expect(await fetchMissedDeliveries(deps, never)).toBe('1 webhook, 5 sent again');
  });

  it('is looked at in a bounded number of pages', async () => {
    await connect(provider, '7');
    tried(...Array.from({ length: 20 }, (_, at): [string, 'arrived'] => [`d${at}`, 'arrived']));
    await fetchMissedDeliveries(deps, never);
    expect(hosts.log.filter((line) => line.startsWith('GET'))).toHaveLength(3);
  });

  it('is left alone where the webhook is not Shipmate’s', async () => {
    await connect(provider, null);
    tried(['a', 'lost']);
    expect(await fetchMissedDeliveries(deps, never)).toBe('0 webhooks, 0 sent again');
    expect(hosts.log).toEqual([]);
  });

  it('waits while the host does not answer', async () => {
    await connect(provider, '7');
    tried(['a', 'lost']);
    hosts.answer = { status: 503, body: {} };
    expect(await fetchMissedDeliveries(deps, never)).toBe('1 webhook, 0 sent again, 1 not reached');
  });
});

it('hosts that keep no list are not asked', async () => {
  await connect('bitbucket', '{7}');
  await connect('gitea', '7');
  expect(await fetchMissedDeliveries(deps, never)).toBe('0 webhooks, 0 sent again');
  expect(hosts.log).toEqual([]);
});

it('a GitLab without a list is left to the comparison of heads', async () => {
  await connect('gitlab', '7');
  hosts.answer = { status: 404, body: { message: 'Not Found' } };
  expect(await fetchMissedDeliveries(deps, never)).toBe('1 webhook, 0 sent again');
});
