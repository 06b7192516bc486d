import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { authenticate } from '../../../src/usecases/people/api-tokens.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson } from '../../support/person.ts';

let test: TestDatabase;
let deps: Deps;
beforeEach(async () => {
  test = await createTestDatabase();
  deps = fakeDeps(test.database);
});
afterEach(() => test.close());

describe('token', () => {
  it('is shown once, identifies its owner, and is useless once revoked', async () => {
    const ada = await makePerson(deps, 'developer');
    const made = await ada.type('token create ci');
    const { token } = made.data as { token: string };
    expect(made.private).toBe(true);
    expect((await authenticate(deps, token))?.id).toBe(ada.user.id);
    expect((await ada.type('token list')).data).toMatchObject([{ name: 'ci', lastUsedAt: expect.any(Date) }]);
    expect(JSON.stringify(await ada.type('token list'))).not.toContain(token);
    expect((await ada.type('token create ci')).text).toContain('You already have a token `ci`');
    expect((await ada.type('token revoke ci')).tone).toBe('success');
    expect(await authenticate(deps, token)).toBeUndefined();
    expect((await ada.type('token create ci')).tone).toBe('success');
    expect((await ada.type('token revoke cd')).text).toContain('You have no token `cd`');
  });

  it('of somebody else cannot be seen or revoked', async () => {
    const [ada, eve] = [await makePerson(deps, 'developer'), await makePerson(deps, 'admin')];
    await ada.type('token create ci');
    expect((await eve.type('token list')).data).toEqual([]);
    expect((await eve.type('token revoke ci')).tone).toBe('danger');
  });
});
