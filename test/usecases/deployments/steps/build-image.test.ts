import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Application } from '../../../../src/entities/application.ts';
import type { DeploymentMetadata } from '../../../../src/entities/deployment-metadata.ts';
import { EnvVar } from '../../../../src/entities/env-var.ts';
import { Deployment } from '../../../../src/entities/deployment.ts';
import type { Cipher } from '../../../../src/secrets/cipher.ts';
import type { BuildEvents, BuildRequest } from '../../../../src/swarm/swarm.ts';
import { envVarIdentity } from '../../../../src/usecases/applications/application-environment.ts';
import { runDeployment } from '../../../../src/usecases/deployments/run/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makeApplication, makeDeployment } from '../../../support/factories.ts';
import { fakeDeps, fakeGit, fakeSwarm, testConfig } from '../../../support/fakes.ts';

let db: TestDatabase;
let dataDir: string;
let application: Application;
let files: Record<string, string>;
let built: BuildRequest[];
/** Images of the host by name: whose they are. */
let stored: Record<string, string>;
/** What a build on an image runs, by its name. */
let triggers: Record<string, string[]>;
/** Images that BuildKit loads, beyond those of the Dockerfile. */
let loaded: string[];
let clones: number;
let cipher: Cipher;

beforeAll(async () => {
  db = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-build-'));
});
beforeEach(async () => {
  application = await makeApplication(db.database, {
    sourceConfig: { clone_url: 'https://github.com/acme/api.git', build_args: { MODE: 'fast' } },
  });
  files = { Dockerfile: 'FROM scratch\n' };
  built = [];
  stored = {};
  triggers = {};
  loaded = [];
  clones = 0;
  ({ cipher } = fakeDeps(db.database));
});
afterAll(async () => {
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function deploy(metadata: DeploymentMetadata = {}): Promise<Deployment> {
  const { id } = await makeDeployment(db.database, { application, metadata });
  const swarm = {
    ...fakeSwarm().swarm,
    async findImage(reference: string) {
      const found = stored[reference] ?? built.find(({ tag }) => tag === reference)?.labels['shipmate.application'];
      const image = { id: 'sha256:1', sizeBytes: 2_000_000 };
      if (found === undefined) return triggers[reference] && { ...image, triggers: triggers[reference] };
      return { ...image, application: found };
    },
    async build(request: BuildRequest, events: BuildEvents) {
      for (const image of loaded) await events.onImage?.(image);
      built.push(request);
      return { id: 'sha256:1', sizeBytes: 2_000_000 };
    },
  };
  const checkout = async ({ commit, directory }: { commit: string; directory: string }) => {
    clones += 1;
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    return { commit, title: 'A commit', author: 'Ada' };
  };
  const config = { ...testConfig, dataDir };
  const deps = fakeDeps(db.database, { swarm, git: { ...fakeGit(), checkout }, config, cipher });
  await runDeployment(deps, id, new AbortController().signal);
  return db.database.asSystem().findOneOrFail(Deployment, id, { populate: ['logs'] });
}

describe('the image of a commit', () => {
  it('is built anew where its name was given to what another application built', async () => {
    await deploy();
    stored[built[0]?.tag ?? ''] = randomUUID();
    const { metadata } = await deploy();
    expect(built).toHaveLength(2);
    expect(metadata).toMatchObject({ build_cache_hit: false });
  });

  it.each([
    ['copies', ['ENV A=b', 'COPY --from=renamed:1 / /']],
    ['mounts', ['RUN --mount=from=renamed:1,target=/mnt cat /mnt/secret']],
  ])('does not build on an image that %s what belongs to another application', async (_, runs) => {
    stored['renamed:1'] = randomUUID();
    triggers['base:1'] = runs;
    files = { Dockerfile: 'FROM base:1' };
    const { metadata, status } = await deploy();
    expect(status).toBe('failed');
    expect(metadata.error).toContain('The base image: Shipmate built `renamed:1` for another application');
    expect(built).toEqual([]);
  });

  it('ends a build that loads what belongs to another application, wherever it is named', async () => {
    stored['docker.io/library/renamed:1'] = randomUUID();
    loaded = ['docker.io/library/node:22', 'docker.io/library/renamed:1'];
    const { metadata } = await deploy();
    expect(metadata.error).toContain('Shipmate built `docker.io/library/renamed:1` for another application');
    loaded = ['docker.io/shipmate/shop-web-1f3a9c02:1'];
    expect((await deploy()).metadata.error).toContain('is an image that Shipmate builds for one application');
    expect(built).toEqual([]);
  });

  it.each([
    ['FROM shipmate/shop-web-1f3a9c02:1', 'is an image that Shipmate builds for one application'],
    ['FROM scratch\nCOPY --from=shipmate/shop-web-1f3a9c02:1 / /', 'is an image that Shipmate builds'],
    ['FROM renamed:1', 'Shipmate built `renamed:1` for another application'],
    ['FROM re${TARGETARCH}named:1', 'Shipmate built `reamd64named:1` for another application'],
    ['ARG FROM=renamed\nFROM $FROM:1', 'Shipmate built `renamed:1` for another application'],
  ])('does not build on %j, which belongs to another application', async (dockerfile, text) => {
    stored['renamed:1'] = randomUUID();
    stored['reamd64named:1'] = randomUUID();
    files = { Dockerfile: dockerfile };
    const { metadata, status } = await deploy();
    expect(status).toBe('failed');
    expect(metadata.error).toContain(`The base image: `);
    expect(metadata.error).toContain(text);
    expect(built).toEqual([]);
  });

  it('is built by the builder that fits, and the log says which and why', async () => {
    const { logs, metadata } = await deploy();
    expect(built).toMatchObject([{ builder: 'dockerfile', settings: { build_args: { MODE: 'fast' } } }]);
    expect(metadata).toMatchObject({ image: built[0]?.tag, build_cache_hit: false, image_size_mb: 2 });
    // What was asked and read for the checks is not asked and read again.
    expect(built[0]).toMatchObject({ engine: { platform: 'linux/amd64', buildkit: true }, baseImages: [] });
    const said = logs?.split('\n') ?? [];
    const at = said.findIndex((line) => line.includes('Using the builder'));
    expect(said.slice(at, at + 2)).toEqual([
      'Using the builder dockerfile because the build context has `Dockerfile`',
      `Building ${built[0]?.tag}`,
    ]);
  });

  it('is built with the secrets that are for builds, which its containers do not get', async () => {
    const add = (key: string, forBuild: boolean) =>
      db.database.asSystem().transactional(async (em) => {
        const id = randomUUID();
        const value = cipher.encrypt(`value of ${key}`, envVarIdentity({ id }));
        em.create(EnvVar, {
          id,
          application: em.getReference(Application, application.id),
          key,
          value,
          isSecret: true,
          forBuild,
        });
      });
    await add('NPM_TOKEN', true);
    await add('RUNTIME', false);
    await deploy();
    expect(built.map(({ secrets }) => secrets)).toEqual([{ NPM_TOKEN: 'value of NPM_TOKEN' }]);
  });

  it('is not built again, nor is its commit cloned', async () => {
    await deploy();
    const { logs, metadata } = await deploy();
    expect({ builds: built.length, clones }).toEqual({ builds: 1, clones: 1 });
    expect(metadata).toMatchObject({ image: built[0]?.tag, build_cache_hit: true, image_size_mb: 2 });
    expect(metadata).toMatchObject({ commit_title: 'A commit', commit_author: 'Ada' });
    expect(logs).toContain(`Image ${built[0]?.tag} is already built`);
  });

  it('is another one with other settings, and for a forced deployment', async () => {
    await deploy();
    application.sourceConfig = { ...application.sourceConfig, build_args: { MODE: 'slow' } };
    await db.database.asSystem().nativeUpdate(Application, application.id, { sourceConfig: application.sourceConfig });
    await deploy();
    await deploy({ force: true });
    expect(new Set(built.map(({ tag }) => tag)).size).toBe(3);
  });
});
