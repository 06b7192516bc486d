import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Application } from '../../../src/entities/application.ts';
import type { DeploymentMetadata } from '../../../src/entities/deployment-metadata.ts';
import { Deployment } from '../../../src/entities/deployment.ts';
import { EnvVar } from '../../../src/entities/env-var.ts';
import { Volume } from '../../../src/entities/volume.ts';
import { partName } from '../../../src/swarm/names.ts';
import type { RolloutProgress, ServiceSpec, ServiceStatus, Swarm } from '../../../src/swarm/swarm.ts';
import { envVarIdentity } from '../../../src/usecases/application-environment.ts';
import type { Deps } from '../../../src/usecases/deps.ts';
import { Interruption } from '../../../src/usecases/interruption.ts';
import { runDeployment } from '../../../src/usecases/run-deployment.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { makeApplication, makeDeployment } from '../../support/factories.ts';
import { fakeDeps, fakeGit, fakeSwarm, testConfig } from '../../support/fakes.ts';

const threeServices = `
services:
  web: { build: ./web, depends_on: { db: { condition: service_healthy } } }
  worker: { image: "worker:\${TAG:-1}", depends_on: [web] }
  db: { image: postgres:17, volumes: ["data:/data"] }
volumes: { data: }`;

type Fate = 'converges' | 'rolls back' | 'fails' | 'hangs';

let db: TestDatabase;
let dataDir: string;
let application: Application;
let files: Record<string, string>;
let services: Map<string, ServiceStatus>;
let fates: Record<string, Fate>;
let did: string[];
let specs: ServiceSpec[];
let onHang: () => void;

beforeAll(async () => {
  db = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'shipmate-compose-'));
});
afterAll(async () => {
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  application = await makeApplication(db.database, {
    type: 'compose',
    sourceConfig: { clone_url: 'https://github.com/acme/stack.git', repository: 'acme/stack' },
  });
  [files, services, fates, did, specs] = [{ 'compose.yaml': threeServices }, new Map(), {}, [], []];
  onHang = () => {};
});

const partOf = (name: string) => services.get(name)?.labels['shipmate.part'] ?? name;
const nameOf = (part: string) => partName(application.project.name, application.name, application.id, part);

/** A service of an earlier deployment. */
function present(part: string, over: Partial<ServiceStatus> = {}): void {
  const labels = { 'shipmate.application': application.id, 'shipmate.part': part, 'shipmate.deployment': 'earlier' };
  const name = nameOf(part);
  services.set(name, {
    name,
    image: 'i:0',
    version: 1,
    replicas: 1,
    running: 1,
    ...over,
    labels: { ...labels, ...over.labels },
  });
}

/** Keeps services as Swarm does, as far as a set is concerned; what `fates` says of one comes true. */
function swarm(): Swarm {
  const before = new Map<string, ServiceStatus>();
  async function* go(name: string, signal: AbortSignal): AsyncGenerator<RolloutProgress> {
    const part = partOf(name);
    const base = { healthy: 0, desired: 1, taskErrors: [], version: 2 };
    if (services.get(name)?.updateState?.startsWith('rollback')) {
      yield { ...base, state: 'rolled_back' };
      return;
    }
    yield { ...base, state: 'rolling_out' };
    if (fates[part] === 'hangs') {
      onHang();
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
    if (fates[part] === 'rolls back') {
      const old = before.get(name);
      if (old) services.set(name, { ...old, version: 3, updateState: 'rollback_completed' });
      yield { ...base, state: 'rolled_back', taskErrors: ['exited with code 3'], lastLines: ['no queue'] };
    } else if (fates[part] === 'fails') {
      services.delete(name);
      yield { ...base, state: 'failed', taskErrors: ['exited with code 3'] };
    } else {
      yield { ...base, state: 'watching', healthy: 1 };
      yield { ...base, state: 'converged', healthy: 1 };
    }
  }
  return {
    ...fakeSwarm().swarm,
    findImage: async (image) => (image.includes('built') ? { id: 'sha256:1', sizeBytes: 1 } : undefined),
    async build({ tag }) {
      did.push('build');
      return { id: `sha256:${tag}`, sizeBytes: 2_000_000 };
    },
    async pull(image) {
      did.push(`pull ${image}`);
      return image;
    },
    async *apply(spec, signal) {
      specs.push(spec);
      const old = services.get(spec.name);
      if (old) before.set(spec.name, old);
      const { image, labels, name, replicas } = spec;
      services.set(name, { name, image, version: (old?.version ?? 0) + 1, replicas, running: replicas, labels });
      did.push(`apply ${partOf(name)}`);
      yield* go(name, signal);
    },
    watch(name, _seconds, signal) {
      did.push(`watch ${partOf(name)}`);
      return go(name, signal);
    },
    async rollBack(name) {
      const old = before.get(name);
      if (!old) return false;
      did.push(`roll back ${partOf(name)}`);
      services.set(name, { ...old, updateState: 'rollback_completed' });
      return true;
    },
    async remove(name) {
      did.push(`remove ${partOf(name)}`);
      services.delete(name);
    },
    inspect: async (name) => services.get(name),
    list: async () => [...services.values()],
  };
}

function depsOf(): Deps {
  const git = {
    ...fakeGit(),
    async checkout({ directory }: { directory: string }) {
      did.push('clone');
      for (const [name, text] of Object.entries({ Dockerfile: '', ...files }))
        await writeFile(join(directory, name), text);
      return { title: 'A commit', author: 'Ada' };
    },
  };
  return fakeDeps(db.database, { swarm: swarm(), git: git as Deps['git'], config: { ...testConfig, dataDir } });
}

async function deploy(metadata: DeploymentMetadata = {}, signal = new AbortController().signal, deps = depsOf()) {
  const { id } = await makeDeployment(db.database, { application, metadata });
  await runDeployment(deps, id, signal);
  return db.database.asSystem().findOneOrFail(Deployment, id, { populate: ['application', 'logs'] });
}

describe('a set of services', () => {
  it('is rolled out in the order of its needs, and is a success when all have converged', async () => {
    files['compose.yaml'] = threeServices.replace('./web', '.');
    const end = await deploy();
    expect(end).toMatchObject({ status: 'success', application: { status: 'running' } });
    expect(did).toEqual([
      'clone',
      'pull postgres:17',
      'build',
      'pull worker:1',
      'apply db',
      'apply web',
      'apply worker',
    ]);
    expect(end.metadata).toMatchObject({
      images: { db: 'postgres:17', web: expect.stringContaining('-web:'), worker: 'worker:1' },
      image_size_mb: 2,
      build_cache_hit: false,
    });
    const [volume] = await db.database.asSystem().find(Volume, { application: application.id });
    expect(volume).toMatchObject({ mountPath: '/data', options: { volume: 'data' } });
    expect(specs[0]?.volumes).toMatchObject([{ target: '/data', name: expect.stringContaining('-data-') }]);
  });

  it('goes back as a whole when one does not make it', async () => {
    files['compose.yaml'] = 'services: { web: { image: w:2 }, new: { image: n:1 }, worker: { image: k:2 } }';
    for (const part of ['web', 'worker']) present(part);
    fates = { worker: 'rolls back', new: 'hangs' };
    const end = await deploy();
    expect(end).toMatchObject({
      status: 'rolled_back',
      application: { status: 'running' },
      metadata: {
        error:
          '`worker` did not stay healthy: exited with code 3. All services are at the version before, which still serves.',
      },
    });
    const undoing = /^(remove|roll back|watch)/;
    expect(did.filter((one) => undoing.test(one)).sort()).toEqual(['remove new', 'roll back web', 'watch web']);
    expect([...services.values()].map(({ image, labels }) => [labels['shipmate.part'], image])).toEqual([
      ['web', 'i:0'],
      ['worker', 'i:0'],
    ]);
    expect(end.logs).toContain('worker:   no queue');
  });

  it('leaves nothing of a first version that does not come up', async () => {
    files['compose.yaml'] = 'services: { web: { image: w:2 }, worker: { image: k:2 } }';
    fates = { worker: 'fails' };
    const end = await deploy();
    expect(end.metadata.error).toBe('`worker` did not come up: exited with code 3.');
    expect(end.status).toBe('failed');
    expect([...services.keys()]).toEqual([]);
  });

  it('begins none that needs one which did not come up', async () => {
    files['compose.yaml'] = 'services: { web: { image: w:2, depends_on: [api] }, api: { image: a:2 } }';
    fates = { api: 'fails' };
    expect((await deploy()).status).toBe('failed');
    expect(did).not.toContain('apply web');
  });

  it('loses a service that the file no longer has, after the others are well', async () => {
    files['compose.yaml'] = 'services: { web: { image: w:2 } }';
    for (const part of ['web', 'old']) present(part);
    expect((await deploy()).status).toBe('success');
    expect(did.slice(-2)).toEqual(['apply web', 'remove old']);
  });

  it('goes back to the images of the version that is named', async () => {
    files['compose.yaml'] = 'services: { web: { build: . }, worker: { image: k:latest } }';
    const images = { web: 'built:1', worker: 'k:1' };
    const end = await deploy({ rollback_of: randomUUID(), image: 'built:1', images });
    expect(end).toMatchObject({ status: 'success', metadata: { images } });
    expect(did).toEqual(['clone', 'pull k:1', 'apply web', 'apply worker']);
  });

  it('is taken back when it is cancelled', async () => {
    files['compose.yaml'] = 'services: { web: { image: w:2 }, worker: { image: k:2 } }';
    for (const part of ['web', 'worker']) present(part);
    fates = { worker: 'hangs' };
    const cancelling = new AbortController();
    onHang = () => setImmediate(() => cancelling.abort(new Interruption('cancelled', 'Cancelled.')));
    const end = await deploy({}, cancelling.signal);
    expect(end).toMatchObject({ status: 'failed', metadata: { reason: 'cancelled' } });
    expect([...services.values()].map(({ image }) => image)).toEqual(['i:0', 'i:0']);
  });
});

describe('a set that a killed process was rolling out', () => {
  it('is gone on with where each service stands', async () => {
    files['compose.yaml'] = 'services: { web: { image: w:2 }, worker: { image: k:2 }, late: { image: l:2 } }';
    const { id } = await makeDeployment(db.database, { application });
    const labels = { 'shipmate.deployment': id };
    present('web', { version: 5, labels });
    present('worker', { version: 1 });
    await db.database.asSystem().transactional(async (em) => {
      const metadata = { rollout_started: true, rollout_set: { [nameOf('web')]: 1, [nameOf('worker')]: 1 } };
      await em.nativeUpdate(Deployment, { id }, { status: 'deploying', metadata });
    });
    await runDeployment(depsOf(), id, new AbortController().signal);
    expect(did.filter((one) => /^(apply|watch)/.test(one)).sort()).toEqual(['apply late', 'apply worker', 'watch web']);
  });

  it('goes back when Swarm has meanwhile rolled one back', async () => {
    files['compose.yaml'] = 'services: { web: { image: w:2 }, worker: { image: k:2 } }';
    const { id } = await makeDeployment(db.database, { application });
    present('web', { version: 5, labels: { 'shipmate.deployment': id } });
    present('worker', { version: 7, updateState: 'rollback_completed' });
    fates = { web: 'hangs' };
    await db.database.asSystem().transactional(async (em) => {
      const metadata = { rollout_started: true, rollout_set: { [nameOf('web')]: 1, [nameOf('worker')]: 1 } };
      await em.nativeUpdate(Deployment, { id }, { status: 'deploying', metadata });
    });
    await runDeployment(depsOf(), id, new AbortController().signal);
    const end = await db.database.asSystem().findOneOrFail(Deployment, id);
    expect(end.status).toBe('rolled_back');
    expect(did).toContain('remove web');
  });
});

describe('what the file asks of the repository and of the variables', () => {
  it('env files, configs and secrets come from inside the repository and the application', async () => {
    files = {
      'compose.yaml': `
services:
  web:
    image: w:1
    env_file: [.env, { path: none.env, required: false }]
    environment: { A: own }
    configs: [{ source: conf, target: /etc/app.conf }]
    secrets: [key]
configs: { conf: { file: ./app.conf } }
secrets: { key: { environment: API_KEY } }`,
      '.env': 'A=file\nB="from file"\n',
      'app.conf': 'x=1\n',
    };
    application = await makeApplication(db.database, {
      type: 'compose',
      sourceConfig: { clone_url: 'https://github.com/acme/stack.git' },
      envVars: { API_KEY: 'k' },
    });
    expect((await deploy()).status).toBe('success');
    expect(specs[0]).toMatchObject({
      env: { A: 'own', B: 'from file' },
      secretFiles: { '/etc/app.conf': 'x=1\n', key: 'k' },
    });
  });

  it.each([
    ['services: { web: { image: i, env_file: ../../etc/passwd } }', 'The env_file of `web`'],
    [
      'services: { web: { image: i, env_file: [{ path: /etc/passwd, required: false }] } }',
      'leads out of the repository',
    ],
    ['services: { web: { image: i, secrets: [k] } }\nsecrets: { k: { environment: NO } }', 'needs the variable NO'],
    [
      'services: { web: { image: i, configs: [k] } }\nconfigs: { k: { file: /etc/passwd } }',
      'leads out of the repository',
    ],
    ['services: { web: { build: ../.. } }', 'The build context'],
    ['services: { web: { image: i, privileged: true } }', 'services.web.privileged is not supported'],
  ])('%s', async (text, message) => {
    files['compose.yaml'] = text;
    const end = await deploy();
    expect(end.status).toBe('failed');
    expect(end.metadata.error).toContain(message);
    expect(did.filter((one) => one.startsWith('apply'))).toEqual([]);
  });

  it('a file has to be there, and have the service that visitors are to reach', async () => {
    files = {};
    expect((await deploy()).metadata.error).toContain('The repository has no `compose.yaml`, `compose.yml`');
    files = { 'docker-compose.yml': 'services: { api: { image: i } }' };
    application = await makeApplication(db.database, {
      type: 'compose',
      sourceConfig: { clone_url: 'https://github.com/acme/stack.git', compose_service: 'web' },
    });
    expect((await deploy()).metadata.error).toMatch(/`docker-compose.yml` has no service `web`.*It has `api`/);
  });

  it('a secret variable is not built into an image, nor told', async () => {
    files['compose.yaml'] = 'services: { web: { build: { context: ., args: { KEY: "x-$API_KEY" } } } }';
    const deps = depsOf();
    await db.database.asSystem().transactional(async (em) => {
      const id = randomUUID();
      const value = deps.cipher.encrypt('hunter22', envVarIdentity({ id }));
      em.create(EnvVar, {
        id,
        application: em.getReference(Application, application.id),
        key: 'API_KEY',
        value,
        isSecret: true,
      });
    });
    const end = await deploy({}, undefined, deps);
    expect(end.metadata.error).toContain('The build argument KEY of `web` holds a secret variable');
    expect(JSON.stringify(end)).not.toContain('hunter22');
    expect(did).not.toContain('build');
  });
});
