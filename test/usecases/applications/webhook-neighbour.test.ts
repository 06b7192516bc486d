import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let ada: Person;
beforeAll(async () => {
  test = await createTestDatabase();
  ada = await makePerson(fakeDeps(test.database), 'super_admin');
  await ada.type('project create shop');
  await ada.type('project create blog');
});
afterAll(() => test.close());

const add = 'To deploy each push to `main`, add a webhook to `acme/api`: ';
const served =
  'Each push to `main` is deployed by the webhook that was added to `acme/api` for `shop/first`: ' +
  'add no second one. If there is none yet: ';

async function answer(line: string): Promise<string | undefined> {
  return (await ada.type(line)).text;
}

describe('the webhook of a repository', () => {
  const repo = '--repo https://github.com/acme/api.git --branch main';

  it('is to be added once for the applications of a project', async () => {
    expect(await answer(`app create shop/first ${repo}`)).toContain(add);
    expect(await answer(`app create shop/second ${repo}`)).toContain(served);
    expect(await answer('app connect shop/second')).toContain(served);
    expect(await answer('app create shop/other --repo https://github.com/acme/web.git --branch main')).toContain(
      'add a webhook to `acme/web`: ',
    );
  });

  it('serves no other project', async () => {
    expect(await answer(`app create blog/api ${repo}`)).toContain(add);
  });

  it('went with an application that was archived', async () => {
    await ada.type('app archive shop/first');
    expect(await answer('app connect shop/second')).toContain(add);
  });
});
