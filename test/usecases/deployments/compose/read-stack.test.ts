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
  ['services: { web: { image: i, label_file: ../../etc/passwd } }', 'The label_file of `web`'],
  ['services: { web: { image: i, label_file: none } }', 'The label_file of `web`'],
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

it('of published ports one is for visitors, and the others are for an admin', async () => {
  const compose = `
services:
  db: { image: i, ports: ["5432:5432"] }
  web: { image: i, ports: ["8080:80", "9000:9000"] }`;
  const stack = await stage.application();
  const { name, project } = stack.application;
  const end = await stage.deploy(stack, compose);
  expect(end.status).toBe('success');
  expect(end.application).toMatchObject({
    sourceConfig: { compose_service: 'web' },
    dockerConfig: { ports: [{ container: 80 }] },
  });
  expect(end.logs).toContain('Visitors reach `web` on its port 80 through the ingress.');
  expect(end.logs).toContain(
    `\`db\` publishes port 5432, which is left out until an admin allows it: \`app set ${project.name}/${name} host-ports=5432,8080,9000\``,
  );
  expect(stack.specs.map(({ docker }) => docker.ports)).toEqual([undefined, undefined]);
  const allowed = await stage.application({ sourceConfig: { compose_host_ports: [5432] } });
  await stage.deploy(allowed, compose);
  expect(allowed.specs.flatMap(({ docker }) => docker.ports ?? [])).toEqual([{ container: 5432, host: 5432 }]);
});

it('a port of UDP waits for an admin', async () => {
  const compose = 'services: { vpn: { image: i, ports: ["51820:51820/udp"] } }';
  const refused = await stage.deploy(await stage.application(), compose);
  expect(refused.metadata.error).toContain('line 1: `vpn` publishes port 51820/udp on every node, which an admin must');
  const allowed = await stage.application({ sourceConfig: { compose_host_ports: [51_820] } });
  expect((await stage.deploy(allowed, compose)).status).toBe('success');
  expect(allowed.specs[0]?.docker.ports).toEqual([{ container: 51_820, host: 51_820, protocol: 'udp' }]);
});

it('what reaches beyond a container waits for an admin, and a path of the nodes for the operator', async () => {
  const compose = 'services: { web: { image: i, cap_add: [NET_ADMIN], volumes: ["/srv/media/a:/m"] } }';
  const refused = await stage.deploy(await stage.application(), compose);
  expect(refused.metadata.error).toMatch(/line 1: services.web needs `cap:NET_ADMIN`, which an admin must allow/);
  expect(refused.metadata.error).toMatch(/mounts `\/srv\/media\/a` of the node, which the operator of Shipmate must/);
  stage.hostPaths = ['/srv/media'];
  const granted = await stage.application({
    sourceConfig: { compose_grants: ['cap:NET_ADMIN', 'path:/srv/media/a'] },
  });
  expect((await stage.deploy(granted, compose)).status).toBe('success');
  expect(granted.specs[0]?.extras).toMatchObject({
    capAdd: ['NET_ADMIN'],
    hostPaths: [{ source: '/srv/media/a', target: '/m', readOnly: false }],
  });
  const outside = await stage.deploy(granted, compose.replace('/srv/media/a', '/srv/media/../mediator'));
  expect(outside.metadata.error).toContain('mounts `/srv/mediator` of the node');
  const root = await stage.deploy(granted, 'services: { web: { image: i, cap_add: [SYS_ADMIN] } }');
  expect(root.metadata.error).toContain('needs `cap:SYS_ADMIN`, which gives control over the node');
});

it.each(['/', '/var/run/docker.sock', '/etc/passwd'])('%s of the nodes is not mounted', async (path) => {
  const stack = await stage.application({ sourceConfig: { compose_grants: [`path:${path}`] } });
  stage.hostPaths = ['/srv/media'];
  const end = await stage.deploy(stack, `services: { web: { image: i, volumes: ["${path}:/host"] } }`);
  expect(end.metadata.error).toContain(`mounts \`${path}\` of the node, which the operator of Shipmate must allow`);
  expect(stack.didOf('apply')).toEqual([]);
});

it('a folder above the repository is an empty volume', async () => {
  const stack = await stage.application();
  const end = await stage.deploy(stack, 'services: { web: { image: i, volumes: ["../..:/host"] } }');
  expect(end.status).toBe('success');
  expect(stack.specs[0]?.volumes?.map(({ options }) => options['volume'])).toEqual(['path-checkout']);
  expect(stack.filled).toEqual([]);
});

it('paths beside the file are files, folders that fill volumes, and empty volumes', async () => {
  const stack = await stage.application();
  stage.files = { 'app.conf': 'x=1\n' };
  stage.folders = { conf: { 'a.conf': 'a' } };
  const compose =
    'services: { web: { image: i, volumes: ["./app.conf:/etc/app.conf:ro", "./conf:/conf:ro", "./data:/data", "../files/x:/x"] } }';
  const end = await stage.deploy(stack, compose);
  expect(end.metadata.error).toBeUndefined();
  const [spec] = stack.specs;
  expect(spec?.secretFiles).toEqual({ '/etc/app.conf': 'x=1\n' });
  expect(spec?.volumes?.map(({ options, readOnly, target }) => [options['volume'], target, readOnly])).toEqual([
    ['path-conf', '/conf', true],
    ['path-data', '/data', undefined],
    ['path-files-x', '/x', undefined],
  ]);
  expect(stack.filled).toEqual([[spec?.volumes?.[0]?.name, 'i']]);
  const labels = spec?.extras?.labels;
  await stage.deploy(stack, compose);
  expect(stack.filled).toHaveLength(1);
  expect(stack.specs[1]?.extras?.labels).toEqual(labels);
  stage.folders = { conf: { 'a.conf': 'b' } };
  await stage.deploy(stack, compose);
  expect(stack.filled).toHaveLength(2);
  expect(stack.specs[2]?.extras?.labels).not.toEqual(labels);
  stage.folders = {};
});

it('what a file extends, includes, and has over it comes from the repository', async () => {
  const stack = await stage.application({
    envVars: { TAG: '2' },
    sourceConfig: { compose_file: 'compose.yaml', compose_overrides: ['prod.yaml'] },
  });
  stage.files = { 'prod.yaml': 'services: { web: { environment: { B: prod } } }', 'b.env': 'C="$TAG c"\nD=$NO\n' };
  stage.folders = {
    common: {
      'base.yaml': 'services: { base: { image: "w:$TAG", env_file: ../b.env, volumes: ["./conf:/conf:ro"] } }',
      'db.yaml': 'services: { db: { image: "d:$TAG" } }',
      'a.conf': 'a',
    },
  };
  const end = await stage.deploy(
    stack,
    `include: [common/db.yaml]
services: { web: { extends: { file: common/base.yaml, service: base }, environment: [A=1, B=1], depends_on: [db] } }`,
  );
  expect(end.metadata.error).toBeUndefined();
  expect(stack.specs.map(({ env, image }) => [image, env])).toEqual([
    ['d:2', {}],
    ['w:2', { A: '1', B: 'prod', C: '2 c', D: '' }],
  ]);
  expect(stack.specs[1]?.volumes?.map(({ options }) => options['volume'])).toEqual(['path-common-conf']);
  expect(end.logs).toContain('The variable NO is not set and becomes empty.');
});

it.each([
  [
    'include: [../../x.yaml]\nservices: { web: { image: i } }',
    'Line 1: the file of `include` `../../x.yaml` does not exist in the repository.',
  ],
  [
    'services:\n  web: { image: i, extends: { file: /etc/hostname, service: a } }',
    'Line 2: the file that `web` extends `/etc/hostname` points outside the repository.',
  ],
  [
    'services:\n  web:\n    image: i\n    extends: { file: none.yaml, service: a }',
    'Line 4: the file that `web` extends `none.yaml` does not exist in the repository.',
  ],
])('%j names a file that is not in the repository', async (compose, message) => {
  const stack = await stage.application();
  const end = await stage.deploy(stack, compose);
  expect(end.metadata.error).toContain(message);
  expect(stack.didOf('apply')).toEqual([]);
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
