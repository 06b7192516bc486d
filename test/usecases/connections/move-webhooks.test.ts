import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeSql } from '../../../src/database/database.ts';
import { gitProviders } from '../../../src/entities/git-provider.ts';
import { moveWebhooks } from '../../../src/usecases/connections/move-webhooks.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { librariesFor } from '../../support/connected-application.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import type { FakeGitHosts } from '../../support/fake-git-hosts.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { startGitHosts } from '../../support/git-hosts.ts';
import { makePerson, type Person } from '../../support/person.ts';

const never = new AbortController().signal;
const next = 'https://next.example';

let test: TestDatabase;
let hosts: FakeGitHosts;
let deps: Deps;
let ada: Person;
beforeAll(async () => {
  test = await createTestDatabase();
  hosts = await startGitHosts();
  deps = { ...fakeDeps(test.database), gitHostApis: librariesFor(hosts) };
  ada = await makePerson(deps, 'super_admin');
  await ada.type('project create shop');
});
afterAll(async () => {
  await hosts[Symbol.asyncDispose]();
  await test.close();
});
beforeEach(async () => {
  Object.assign(hosts, { webhooks: [], deployKeys: [], log: [], answer: undefined });
  await executeSql(test.database.asSystem(), 'delete from applications');
});

async function create(name: string, provider: string): Promise<void> {
  const repo = `--repo ${hosts.url}/acme/api.git --branch main --provider ${provider}`;
  await ada.type(`app create shop/${name} ${repo} --token`, { token: hosts.token });
  hosts.log = [];
}

/** After a start with another public URL. */
const moved = (): Deps => ({ ...deps, config: { ...deps.config, publicUrl: next } });

describe.each(gitProviders)('a webhook that Shipmate made at %s', (provider) => {
  it('follows the public URL at the next start, once, for the whole project', async () => {
    await create('api', provider);
    await create('web', provider);
    expect(await moveWebhooks(deps, never)).toBeUndefined();
    expect(hosts.log).toEqual([]);
    expect(await moveWebhooks(moved(), never)).toBe(`1 webhook moved to ${next}`);
    const urls = hosts.webhooks.map(({ url }) => url);
    expect(urls).toEqual([expect.stringMatching(`^${next}/webhooks/${provider}\\?project=`)]);
    expect(await moveWebhooks(moved(), never)).toBeUndefined();
  });

  it('is looked at again while the host does not answer', async () => {
    await create('api', provider);
    const before = hosts.webhooks.map(({ url }) => url);
    hosts.answer = { status: 502 };
    expect(await moveWebhooks(moved(), never)).toBe(
      `0 webhooks moved to ${next}, 1 not: \`app connect <app> --check\` says why`,
    );
    expect(hosts.webhooks.map(({ url }) => url)).toEqual(before);
    hosts.answer = undefined;
    expect(await moveWebhooks(moved(), never)).toBe(`1 webhook moved to ${next}`);
  });
});
