import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeProject } from '../../support/factories.ts';
import { fakeDeps, fakeGit, testConfig } from '../../support/fakes.ts';
import { makePerson, type Person } from '../../support/person.ts';
import { fakeCheckout } from '../../support/fake-checkout.ts';
import { folder } from '../../support/swarm-fixture.ts';

const commit = 'c0ffee0000000000000000000000000000000000';
let db: TestDatabase;
let data: Awaited<ReturnType<typeof folder>>;
let person: Person;
let files: Record<string, string>;

beforeAll(async () => {
  db = await createTestDatabase();
  data = await folder();
  const git = {
    ...fakeGit({ main: commit, HEAD: commit }),
    checkout: fakeCheckout(() => files),
  };
  person = await makePerson(
    fakeDeps(db.database, { git, config: { ...testConfig, dataDir: data.path } }),
    'super_admin',
  );
  const project = await makeProject(db.database, { name: 'shop', owner: person.user });
  await makeApplication(db.database, {
    name: 'api',
    project,
    sourceConfig: { clone_url: 'https://github.com/acme/api.git' },
    dockerConfig: { ports: [{ container: 3000 }] },
  });
});
beforeEach(() => {
  files = {};
});
afterAll(async () => {
  await db.close();
  await data[Symbol.asyncDispose]();
});

it('shows what Shipmate writes, on the port of the application, and leaves no checkout', async () => {
  files = { Procfile: 'web: ./run\n' };
  expect(await person.type('app dockerfile shop/api')).toMatchObject({
    title: 'Dockerfile of shop/api',
    text: 'Commit c0ffee0 is for the builder procfile, because the build context has `Procfile`. To change the file, save it as `Dockerfile` in the repository.',
    code: 'FROM debian:stable-slim\nWORKDIR /app\nCOPY . .\nENV PORT=3000\nEXPOSE 3000\nCMD ["/bin/sh","-c","exec ./run"]\n',
  });
  expect(await readdir(join(data.path, 'checkouts'))).toEqual([]);
});

it('tells of the one that the repository has', async () => {
  files = { Dockerfile: 'FROM scratch\n' };
  expect((await person.type('app dockerfile shop/api')).text).toBe(
    'Commit c0ffee0 of `shop/api` is for the builder dockerfile, because the build context has `Dockerfile`.',
  );
});

it('tells what was looked for where nothing fits', async () => {
  expect((await person.type('app dockerfile shop/api')).text).toBe(
    'No builder recognises the build context: there is no `Dockerfile`, `Procfile`, `Gemfile`, `composer.json`, ' +
      '`index.php`, `go.mod`, `pom.xml`, `build.gradle`, `requirements.txt`, `pyproject.toml`, `package.json` or ' +
      '`index.html`. Add one of them, or set the folder that has it: `app set <app> context=…`.',
  );
});
