import { describe, expect, it } from '@jest/globals';
import { node } from '../../../../src/swarm/images/languages/node.ts';
import { detected, written } from '../../../support/written.ts';

const json = (value: unknown) => JSON.stringify(value);
const lockOf = (manifest: object) => json({ lockfileVersion: 3, packages: { '': manifest } });
const express = { dependencies: { express: '^5.0.0' } };

/** Instructions that begin with one of these words. */
const only = (lines: string[], ...words: string[]) =>
  lines.filter((line) => words.some((word) => line.startsWith(word)));

describe('a server with npm', () => {
  it('is built and started in two stages', async () => {
    const manifest = { scripts: { build: 'tsc', start: 'node dist/main.js' }, ...express };
    expect(await written(node, { 'package.json': json(manifest), 'package-lock.json': lockOf(express) })).toEqual([
      'FROM node:24 AS build',
      'WORKDIR /app',
      'COPY package.json package-lock.json ./',
      'RUN --mount=type=cache,target=/root/.npm,sharing=locked npm ci --include=dev',
      'COPY . .',
      'RUN npm run build',
      'RUN --mount=type=cache,target=/root/.npm,sharing=locked npm prune --omit=dev',
      '',
      'FROM node:24-slim',
      'WORKDIR /app',
      'COPY --from=build /app /app',
      'ENV NODE_ENV=production PORT=8080',
      'EXPOSE 8080',
      'CMD ["node","dist/main.js"]',
    ]);
  });

  it('needs neither a build nor a lock file', async () => {
    expect(only(await written(node, { 'package.json': '{}', 'server.js': '' }), 'RUN', 'CMD')).toEqual([
      'RUN --mount=type=cache,target=/root/.npm,sharing=locked npm install --include=dev',
      'RUN --mount=type=cache,target=/root/.npm,sharing=locked npm prune --omit=dev',
      'CMD ["node","server.js"]',
    ]);
  });

  it('listens on the port of the application', async () => {
    const lines = await written(node, { 'package.json': '{}', 'server.js': '' }, { port: 3000 });
    expect(only(lines, 'ENV', 'EXPOSE')).toEqual(['ENV NODE_ENV=production PORT=3000', 'EXPOSE 3000']);
  });

  // What a script, a workspace, a patch or a folder needs is not in the manifest.
  it.each([
    { scripts: { postinstall: 'prisma generate' } },
    { workspaces: ['packages/*'] },
    { dependencies: { '@prisma/client': '6' } },
    { dependencies: { shared: 'file:../shared' } },
  ])('is copied before it is installed with %j', async (manifest) => {
    const lines = await written(node, { 'package.json': json(manifest), 'index.js': '' });
    expect(only(lines, 'COPY')).toEqual(['COPY . .', 'COPY --from=build /app /app']);
  });

  it('says what to add when nothing can be started', async () => {
    await expect(written(node, { 'package.json': json({ scripts: { test: 'jest' } }) })).rejects.toThrow(
      '`package.json` has no `start` script, and there is no `main` file, `server.js` or `index.js` to start. ' +
        'Add a `start` script, or a `Procfile` with `web: <command>`.',
    );
  });

  it.each([
    ['node server.js --port=80', '["node","server.js","--port=80"]'],
    ['NODE_OPTIONS=--max-old-space-size=4096 node x.js', '["npm","run","start"]'],
    ['node x.js\nUSER root', '["npm","run","start"]'],
    ['node "x.js" && rm -rf /', '["npm","run","start"]'],
  ])('starts %j with %s', async (start, command) => {
    const lines = await written(node, { 'package.json': json({ scripts: { start } }) });
    expect(lines.at(-1)).toBe(`CMD ${command}`);
    expect(lines.filter((line) => /^USER/m.test(line))).toEqual([]);
  });
});

describe('a package manager', () => {
  it.each([
    [
      { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" },
      {},
      'npm install --global pnpm@10',
      'pnpm install --prod=false --frozen-lockfile',
    ],
    [
      { 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" },
      {},
      'npm install --global pnpm@8',
      'pnpm install --prod=false --frozen-lockfile',
    ],
    [
      { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" },
      {
        packageManager:
          'pnpm@9.15.4+sha512.b2dc20e2fc72b3e18848459b37359a32064663e5627a51e4c74b2c29dd8e8e0491483c3abb40789cfd578bf362fb6ba8261b05f0387d76792ed6e23ea3b1b6a0',
      },
      'npm install --global pnpm@9.15.4',
      'pnpm install --prod=false --frozen-lockfile',
    ],
    // A workspace without a lock file of its own.
    [{}, { packageManager: 'pnpm@9.15.4' }, 'npm install --global pnpm@9.15.4', 'pnpm install --prod=false'],
    [
      { 'yarn.lock': '# yarn lockfile v1\n' },
      {},
      'npm install --global --force yarn@1',
      'yarn install --frozen-lockfile --production=false',
    ],
    [
      { 'yarn.lock': '\n__metadata:\n  version: 8\n' },
      { packageManager: 'yarn@4.6.0' },
      'npm install --global --force corepack@latest && corepack enable',
      'YARN_NODE_LINKER=node-modules yarn install --immutable',
    ],
  ])('of %j and %j is set up and installs', async (locks, manifest, setUp, install) => {
    const lines = await written(node, { 'package.json': json(manifest), 'index.js': '', ...locks });
    const runs = only(lines, 'RUN').map((line) => line.replace(/--mount=\S+ /, ''));
    expect(runs.slice(0, 2)).toEqual([`RUN ${setUp}`, `RUN ${install}`]);
  });

  it('that is Bun starts the server too', async () => {
    const lines = await written(node, {
      'package.json': json({ scripts: { start: 'bun server.ts' } }),
      'bun.lock': '{}',
    });
    expect(only(lines, 'FROM', 'CMD')).toEqual([
      'FROM oven/bun:1-slim AS build',
      'FROM oven/bun:1-slim',
      'CMD ["bun","run","start"]',
    ]);
  });

  it('is asked for when two have lock files', async () => {
    const locks = { 'yarn.lock': '', 'package-lock.json': '{}' };
    await expect(written(node, { 'package.json': '{}', 'index.js': '', ...locks })).rejects.toThrow(
      'There are lock files of several package managers: `yarn.lock`, `package-lock.json`. ' +
        'Keep one, or name the package manager in `package.json`: `"packageManager": "pnpm@10.0.0"`.',
    );
  });

  it('whose lock file is that of another is refused', async () => {
    const files = { 'package.json': json({ packageManager: 'pnpm@9.0.0' }), 'package-lock.json': '{}' };
    await expect(written(node, files)).rejects.toThrow(
      '`package.json` names the package manager pnpm, but the lock file `package-lock.json` is that of npm. ' +
        'Run `pnpm install`, commit its lock file and remove `package-lock.json`.',
    );
  });
});

describe('a package of a workspace', () => {
  const manifest = { dependencies: { shared: 'workspace:*' } };

  it('is refused without the workspace', async () => {
    await expect(written(node, { 'package.json': json(manifest), 'index.js': '' })).rejects.toThrow(
      '`package.json` needs "shared" of its workspace, which is outside the build context. ' +
        'Set the context to the top of the workspace (`app set <app> context=`), and name the command of this package in a `Procfile` there.',
    );
  });

  it('is installed with the whole of it', async () => {
    const files = { 'package.json': json(manifest), 'index.js': '', 'pnpm-workspace.yaml': 'packages: [packages/*]\n' };
    expect(only(await written(node, files), 'COPY')).toEqual(['COPY . .', 'COPY --from=build /app /app']);
  });
});

describe('a lock file', () => {
  it.each([
    ['package-lock.json', lockOf({ dependencies: { express: '^4.0.0' } }), 'express@^5.0.0', 'npm install'],
    ['yarn.lock', 'koa@^2:\n  version "2.0.0"\n', 'express', 'yarn install'],
    ['pnpm-lock.yaml', "lockfileVersion: '9.0'\n", 'express', 'pnpm install'],
  ])('%s that does not know a dependency is refused', async (name, text, missing, command) => {
    await expect(written(node, { 'package.json': json(express), 'index.js': '', [name]: text })).rejects.toThrow(
      `The lock file \`${name}\` does not fit \`package.json\`: it lacks "${missing}". Run \`${command}\` and commit the lock file.`,
    );
  });
});

describe('the version of Node', () => {
  it.each([
    [{}, {}, '24'],
    [{ '.nvmrc': 'v22.11.0\n' }, {}, '22.11.0'],
    [{ '.nvmrc': 'lts/iron' }, {}, '20'],
    [{ '.nvmrc': 'lts/*' }, {}, '24'],
    [{ '.node-version': '20\n' }, {}, '20'],
    [{ '.tool-versions': 'python 3.12\nnodejs 22.3.0\n' }, {}, '22.3.0'],
    [{}, { engines: { node: '>=18' } }, '24'],
    [{}, { engines: { node: '>=18 <21' } }, '20'],
    [{}, { engines: { node: '18.x || 20.x' } }, '20'],
    [{}, { engines: { node: '23.x' } }, '23'],
    [{}, { engines: { node: '22\nUSER root' } }, '24'],
    [{ '.nvmrc': '20' }, { engines: { node: '>=18' } }, '20'],
  ])('of %j and %j is that of the image: %s', async (files, manifest, version) => {
    const lines = await written(node, { 'package.json': json(manifest), 'index.js': '', ...files });
    expect(only(lines, 'FROM')).toEqual([`FROM node:${version} AS build`, `FROM node:${version}-slim`]);
  });
});

describe('a framework', () => {
  const build = { build: 'build it' };

  it.each([
    ['vite', { start: 'vite' }, '/app/dist/', 'Vite'],
    ['react-scripts', { start: 'react-scripts start' }, '/app/build/', 'Create React App'],
    ['astro', { start: 'astro dev' }, '/app/dist/', 'Astro'],
    ['gatsby', { start: 'gatsby develop' }, '/app/public/', 'Gatsby'],
  ])('%s leaves pages, which Caddy serves', async (name, scripts, pages, title) => {
    const manifest = json({ scripts: { ...build, ...scripts }, devDependencies: { [name]: '1' } });
    const lines = await written(node, { 'package.json': manifest });
    expect(only(lines, 'FROM', 'COPY --from', 'CMD')).toEqual([
      'FROM node:24 AS build',
      'FROM caddy:2',
      `COPY --from=build ${pages} /srv/`,
      'CMD ["caddy","run","--config","/etc/caddy/Caddyfile"]',
    ]);
    expect(await detected(node, { 'package.json': manifest })).toBe(
      `the build context has \`package.json\` with ${title}`,
    );
  });

  it.each([
    [{ next: '15' }, {}, '["node","node_modules/next/dist/bin/next","start"]'],
    [{ next: '15' }, { start: 'next dev' }, '["node","node_modules/next/dist/bin/next","start"]'],
    [{ next: '15' }, { start: 'node server.js' }, '["node","server.js"]'],
    [{ nuxt: '3' }, {}, '["node",".output/server/index.mjs"]'],
    [{ astro: '5', '@astrojs/node': '9' }, {}, '["node","dist/server/entry.mjs"]'],
    [{ '@sveltejs/kit': '2', vite: '6', '@sveltejs/adapter-node': '5' }, {}, '["node","build"]'],
    [{ vite: '6' }, { start: 'node server.js' }, '["node","server.js"]'],
  ])('%j with %j is a server: %s', async (dependencies, scripts, command) => {
    const lines = await written(node, { 'package.json': json({ scripts: { ...build, ...scripts }, dependencies }) });
    expect(only(lines, 'ENV', 'CMD')).toEqual(['ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080', `CMD ${command}`]);
  });

  it('that exports pages of Next.js needs no server', async () => {
    const manifest = json({ scripts: { ...build, start: 'next start' }, dependencies: { next: '15' } });
    const lines = await written(node, {
      'package.json': manifest,
      'next.config.mjs': "export default { output: 'export' };",
    });
    expect(only(lines, 'COPY --from')).toEqual(['COPY --from=build /app/out/ /srv/']);
  });
});

describe('a manifest', () => {
  it('of pages that need no build is not for Node', async () => {
    expect(
      await detected(node, { 'package.json': json({ devDependencies: { prettier: '3' } }), 'index.html': '' }),
    ).toBeUndefined();
  });

  it('that cannot be read is named', async () => {
    await expect(detected(node, { 'package.json': '{ "scripts": ' })).rejects.toThrow(
      '`package.json` is not a JSON object. Correct it and push again.',
    );
  });
});
