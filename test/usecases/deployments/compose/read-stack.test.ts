import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Application } from '../../../../src/entities/application.ts';
import { EnvVar } from '../../../../src/entities/env-var.ts';
import { envVarIdentity } from '../../../../src/usecases/applications/application-environment.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it('env files, configs and secrets come from inside the repository and the application', async () => {
  const stack = await stage.application({ envVars: { API_KEY: 'k' } });
  stage.files = { '.env': 'A=file\nB="from file"\n', 'app.conf': 'x=1\n' };
  const end = await stage.deploy(
    stack,
    `
services:
  web:
    image: w:1
    env_file: [.env, { path: none.env, required: false }]
    environment: { A: own }
    configs: [{ source: conf, target: /etc/app.conf }]
    secrets: [key]
configs: { conf: { file: ./app.conf } }
secrets: { key: { environment: API_KEY } }`,
  );
  expect(end.status).toBe('success');
  expect(stack.specs[0]).toMatchObject({
    env: { A: 'own', B: 'from file' },
    secretFiles: { '/etc/app.conf': 'x=1\n', key: 'k' },
  });
});

it.each([
  ['services: { web: { image: i, env_file: ../../etc/passwd } }', 'The env_file of `web`'],
  [
    'services: { web: { image: i, env_file: [{ path: /etc/passwd, required: false }] } }',
    'points outside the repository',
  ],
  ['services: { web: { image: i, secrets: [k] } }\nsecrets: { k: { environment: NO } }', 'needs the variable NO'],
  [
    'services: { web: { image: i, configs: [k] } }\nconfigs: { k: { file: /etc/passwd } }',
    'points outside the repository',
  ],
  ['services: { web: { build: ../.. } }', 'The build context'],
  ['services: { web: { image: i, privileged: true } }', 'services.web.privileged is not supported'],
])('%s fails, and nothing is begun', async (compose, message) => {
  const stack = await stage.application();
  const end = await stage.deploy(stack, compose);
  expect(end.status).toBe('failed');
  expect(end.metadata.error).toContain(message);
  expect(stack.didOf('apply')).toEqual([]);
});

it.each([
  ['image: renamed:1', 'The image of `web`: Shipmate built `renamed:1` for another application.'],
  [
    'image: shipmate/shop-api-1f3a9c02:1',
    'The image of `web`: `shipmate/shop-api-1f3a9c02:1` is an image that Shipmate builds',
  ],
  ['build: .', 'The base image: Shipmate built `renamed:1` for another application.'],
])('a service with %s does not get what another application built', async (service, message) => {
  stage.files['Dockerfile'] = 'FROM renamed:1\n';
  const stack = await stage.application();
  stack.foreign['renamed:1'] = randomUUID();
  const end = await stage.deploy(stack, `services: { web: { ${service} } }`);
  expect(end.metadata.error).toContain(message);
  expect(stack.didOf('apply')).toEqual([]);
});

it('a service publishes the ports of the nodes that an admin allowed, and no others', async () => {
  const compose = 'services: { db: { image: i, ports: [{ target: 5432, published: 15432, mode: host }] } }';
  const stack = await stage.application();
  const { name, project } = stack.application;
  const refused = await stage.deploy(stack, compose);
  expect(refused.metadata.error).toContain('The service `db` publishes port 15432 on every node');
  expect(refused.metadata.error).toContain(`\`app set ${project.name}/${name} host-ports=15432\``);
  const allowed = await stage.application({ sourceConfig: { compose_host_ports: [9000, 15432] } });
  expect((await stage.deploy(allowed, compose)).status).toBe('success');
  expect(allowed.specs[0]?.docker.ports).toEqual([{ container: 5432, host: 15432 }]);
});

it('a file has to be there, and have the service that visitors are to reach', async () => {
  stage.files = {};
  const stack = await stage.application({ sourceConfig: { compose_service: 'web' } });
  const none = await stage.run(stack, await stage.make(stack));
  expect(none.metadata.error).toContain('The repository has no `compose.yaml`, `compose.yml`');
  stage.files = { 'docker-compose.yml': 'services: { api: { image: i } }' };
  const other = await stage.run(stack, await stage.make(stack));
  expect(other.metadata.error).toMatch(/`docker-compose.yml` has no service `web`.*It has `api`/);
});

it('a secret variable is not built into an image, nor told', async () => {
  const stack = await stage.application();
  const deps = stage.deps(stack);
  await stage.db.database.asSystem().transactional(async (em) => {
    const id = randomUUID();
    const value = deps.cipher.encrypt('hunter22', envVarIdentity({ id }));
    const application = em.getReference(Application, stack.application.id);
    em.create(EnvVar, { id, application, key: 'API_KEY', value, isSecret: true });
  });
  stage.files['compose.yaml'] = 'services: { web: { build: { context: ., args: { KEY: "x-$API_KEY" } } } }';
  const end = await stage.run(stack, await stage.make(stack), undefined, deps);
  expect(end.metadata.error).toContain('The build argument KEY of `web` contains a secret variable');
  expect(JSON.stringify(end)).not.toContain('hunter22');
  expect(stack.did).not.toContain('build');
});

it.each([
  [
    'a compose file',
    { 'compose.yaml': 'x'.repeat(1024 ** 2 + 1) },
    'The compose file `compose.yaml` is larger than 1 MiB.',
  ],
  [
    'an env file',
    { 'compose.yaml': 'services: { web: { image: i, env_file: big } }', big: 'x'.repeat(1024 ** 2 + 1) },
    'The env_file of `web` `big` is larger than 1 MiB. Make it smaller.',
  ],
  [
    'a folder',
    { 'compose.yaml': 'services: { web: { image: i, env_file: "." } }' },
    'The env_file of `web` `.` is not a file. Specify a file.',
  ],
  [
    'files that are large together',
    {
      'compose.yaml': `services: { web: { image: i, env_file: [${'big,'.repeat(21)}] } }`,
      big: `A=${'x'.repeat(999_990)}`,
    },
    'The files referenced by the compose file exceed 20 million characters in total.',
  ],
])('%s is refused before it is read', async (_, files, message) => {
  stage.files = files as Record<string, string>;
  const stack = await stage.application();
  const end = await stage.run(stack, await stage.make(stack));
  expect(end.metadata.error).toContain(message);
});
