import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Application } from '../../../src/entities/application.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeProject } from '../../support/factories.ts';
import { fakeDeps } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';

let test: TestDatabase;
let ada: Person;
beforeAll(async () => {
  test = await createTestDatabase();
  ada = await makePerson(fakeDeps(test.database), 'admin');
  await makeProject(test.database, { name: 'shop', owner: ada.user });
});
afterAll(() => test.close());

it('is that of its compose file, with the git host beside it, wherever the application is connected to', async () => {
  const row = () => test.database.asSystem().findOneOrFail(Application, { name: 'stack' });
  await ada.type('app create shop/stack --repo https://github.com/acme/stack --compose-file compose.yaml');
  const compose = { type: 'compose', sourceType: 'docker_compose' };
  expect(await row()).toMatchObject({ ...compose, sourceConfig: { provider: 'github' } });
  await ada.type('app connect shop/stack --repo https://gitlab.com/acme/stack.git');
  expect(await row()).toMatchObject({ ...compose, sourceConfig: { provider: 'gitlab', repository: 'acme/stack' } });
  await ada.type('app connect shop/stack --repo https://git.acme.example/acme/stack.git --provider none');
  expect(await row()).toMatchObject(compose);
  expect((await row()).sourceConfig).not.toHaveProperty('provider');
});
