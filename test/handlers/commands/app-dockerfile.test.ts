import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

describe('with commands of the person', () => {
  const dockerfile = async (settings: string): Promise<string[]> => {
    expect((await person.type(`app set shop/api ${settings}`)).tone).toBe('success');
    const reply = await person.type('app dockerfile shop/api');
    return (reply.code ?? reply.text ?? '').split('\n').filter((line) => /^(?:RUN|CMD|COPY --from)/.test(line));
  };
  afterEach(() => person.type('app set shop/api build-command= output= start-command= builder='));

  it('builds and starts with them', async () => {
    files = { 'package.json': '{"scripts":{"build":"tsc"},"main":"server.js"}' };
    expect(
      await dockerfile('build-command="npm run build:web && npm run check" "start-command=node build/server.js"'),
    ).toEqual([
      'RUN --mount=type=cache,target=/root/.npm,sharing=locked npm install --include=dev',
      'RUN npm run build:web && npm run check',
      'RUN --mount=type=cache,target=/root/.npm,sharing=locked npm prune --omit=dev',
      'COPY --from=build /app /app',
      'CMD ["/bin/sh","-c","exec node build/server.js"]',
    ]);
  });

  it('serves the folder that they leave', async () => {
    files = { 'package.json': '{"devDependencies":{"esbuild":"1"},"scripts":{"build":"esbuild"}}' };
    expect(await dockerfile('output=web/dist')).toContain('COPY --from=build /app/web/dist/ /srv/');
    files = { 'pages/index.html': '<p>', 'index.html': '<p>' };
    const { text, code } = await person.type('app dockerfile shop/api');
    expect(code ?? text).not.toContain('COPY --from=build');
  });

  it('reads nothing of them as more of the Dockerfile', async () => {
    files = { 'package.json': '{}', 'server.js': '' };
    for (const [line, written] of [
      ['--mount=type=bind,target=/x true', 'RUN ["/bin/sh","-c","--mount=type=bind,target=/x true"]'],
      ['cat <<EOF', 'RUN ["/bin/sh","-c","cat <<EOF"]'],
      [String.raw`printf \n`, String.raw`RUN ["/bin/sh","-c","printf \\n"]`],
    ] as const) {
      expect(await dockerfile(`'build-command=${line}'`)).toContain(written);
    }
  });

  it.each([
    [
      'requirements.txt',
      'build-command=make',
      'The builder `python` does not use `build-command`. Unset it with `app set <app> build-command=`',
    ],
    ['go.mod', 'output=dist', 'The builder `go` does not use `output`. Unset it with `app set <app> output=`'],
    [
      'package.json',
      'output=dist start-command=x',
      '`output` is for pages, which Caddy serves, so `start-command` starts nothing.',
    ],
  ])('refuses what means nothing: %s with %s', async (name, settings, message) => {
    files = { [name]: '{}', 'main.py': '', 'main.go': 'package main' };
    await person.type(`app set shop/api ${settings}`);
    const { text, tone } = await person.type('app dockerfile shop/api');
    expect({ text, tone }).toEqual({ tone: 'danger', text: expect.stringContaining(message) });
  });
});
