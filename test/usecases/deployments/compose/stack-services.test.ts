import { describe, expect, it } from '@jest/globals';
import { parseCompose } from '../../../../src/compose/parse.ts';
import type { Application } from '../../../../src/entities/application.ts';
import type { Deployment } from '../../../../src/entities/deployment.ts';
import { networkName, stackResourceName } from '../../../../src/swarm/names.ts';
import type { ServiceSpec } from '../../../../src/swarm/swarm.ts';
import { toStackServices } from '../../../../src/usecases/deployments/compose/stack-services.ts';
import { testConfig } from '../../../support/fakes.ts';

const project = { id: 'p1', name: 'shop' };
const own = (network: string) => stackResourceName('shop', 'stack', 'a1', `${network}-net`);

function translate(text: string, over: { application?: Partial<Application>; texts?: object } = {}) {
  const application = { id: 'a1', name: 'stack', project, sourceConfig: {}, dockerConfig: {}, ...over.application };
  const deployment = { id: 'd1', commitSha: 'c1', metadata: {}, application } as unknown as Deployment;
  const stack = parseCompose({ file: 'compose.yaml', text, variables: {}, profiles: [] });
  const texts = Object.fromEntries(stack.services.map(({ name }) => [name, { env: {}, files: {}, ...over.texts }]));
  return toStackServices(
    { ...stack, folder: '.', texts, folders: [], visited: undefined },
    {
      config: testConfig,
      deployment,
      images: { web: 'shop-stack-web:c1', db: 'postgres:17' },
      contents: {},
      volumes: { data: { name: 'shop-stack-data-1-2', type: 'docker_volume', options: { volume: 'data' } } },
    },
  );
}

function specOf(text: string, over?: Parameters<typeof translate>[1]): ServiceSpec {
  const [member] = translate(text, over);
  if (!member) throw new Error('no member');
  return member.spec;
}

it('a service becomes a spec', () => {
  const texts = { env: { LOG: 'info', A: 'file' }, files: { key: 'hidden', '/etc/app.conf': 'x=1' } };
  const services = translate(
    `services:
  web:
    build: .
    entrypoint: [/run]
    command: [serve, "80"]
    environment: { A: own }
    healthcheck: { test: [CMD, check], interval: 5s }
    deploy:
      replicas: 2
      resources: { limits: { memory: 64M, pids: 10 }, reservations: { cpus: "0.1" } }
      placement: { constraints: [node.role==worker], max_replicas_per_node: 1 }
      update_config: { parallelism: 1 }
    labels: { team: core }
    user: node
    tmpfs: /run
    stop_grace_period: 3s
    depends_on: { db: { condition: service_healthy } }
  db:
    image: postgres:17
    volumes: ["data:/var/lib/postgresql/data"]
volumes: { data: }`,
    { texts },
  );
  expect(services.map(({ dependsOn, name }) => [name, dependsOn])).toEqual([
    ['db', []],
    ['web', [{ service: 'db', healthy: true }]],
  ]);
  const [db, web] = services;
  expect(web?.spec).toEqual({
    name: stackResourceName('shop', 'stack', 'a1', 'web'),
    image: 'shop-stack-web:c1',
    replicas: 2,
    env: { LOG: 'info', A: 'own' },
    secretFiles: { key: 'hidden', '/etc/app.conf': 'x=1' },
    docker: {
      command: ['/run'],
      args: ['serve', '80'],
      healthcheck: { test: ['CMD', 'check'], interval: '5s' },
      resources: { limits: { memory: '64M' }, reservations: { cpus: '0.1' } },
      constraints: ['node.role==worker'],
      stop_grace_period: '3s',
    },
    volumes: [],
    network: networkName('shop', 'p1'),
    ownNetworks: [{ name: own('default'), aliases: ['web'] }],
    extras: {
      labels: { team: 'core' },
      tmpfs: [{ target: '/run' }],
      hostPaths: [],
      spread: [],
      restart: { condition: 'any' },
      update: { parallelism: 1 },
      maxReplicasPerNode: 1,
      pidsLimit: 10,
      user: 'node',
    },
    labels: {
      'shipmate.managed': 'true',
      'shipmate.project': 'p1',
      'shipmate.application': 'a1',
      'shipmate.deployment': 'd1',
      'shipmate.commit': 'c1',
      'shipmate.part': 'web',
      'shipmate.replicas': '2',
    },
    monitorSeconds: testConfig.deployments.monitorSeconds,
    forceUpdate: false,
  });
  expect(db?.spec.volumes).toEqual([
    {
      name: 'shop-stack-data-1-2',
      type: 'docker_volume',
      options: { volume: 'data' },
      target: '/var/lib/postgresql/data',
    },
  ]);
  // It does not depend on the commit, so a push leaves its tasks alone.
  expect(db?.spec.labels).not.toHaveProperty('shipmate.commit');
});

describe('the order of an update', () => {
  it.each([
    ['stops first where a volume is written', 'volumes: ["data:/data"]', 'stop-first'],
    ['starts first where it is only read', 'volumes: ["data:/data:ro"]', undefined],
    [
      'is what the file says',
      'volumes: ["data:/d"]\n    deploy: { update_config: { order: start-first } }',
      'start-first',
    ],
  ])('%s', (_what, lines, order) => {
    const spec = specOf(`services:\n  web:\n    image: i\n    ${lines}\nvolumes: { data: }`);
    expect(spec.extras?.update.order).toBe(order);
  });
});

describe('the networks of a service', () => {
  const networks = 'networks: { front: , shared: { external: true } }';
  it.each<[string, string, boolean, string[]]>([
    ['its own and the project’s, when it names none', '', true, ['default']],
    ['those that it names', 'networks: [front, default]', false, ['front', 'default']],
    ['the project’s for one that is external', 'networks: [front, shared]', true, ['front', 'shared']],
  ])('are %s', (_what, lines, isOnProjects, names) => {
    const spec = specOf(`services:\n  web:\n    image: i\n    ${lines}\n${networks}`);
    expect(spec.network).toBe(isOnProjects ? networkName('shop', 'p1') : undefined);
    expect(spec.ownNetworks?.map(({ name }) => name)).toEqual(names.map(own));
  });

  it('have the project’s among them where visitors come in', () => {
    const spec = specOf('services:\n  web: { image: i, networks: [front] }\nnetworks: { front: }', {
      application: { sourceConfig: { compose_service: 'web' } },
    });
    expect(spec.network).toBe(networkName('shop', 'p1'));
    expect(spec.ownNetworks).toEqual([{ name: own('front'), aliases: ['web'] }]);
  });
});

it('a service that was scaled keeps its tasks', () => {
  const application = { dockerConfig: { service_replicas: { web: 5 } } };
  const spec = specOf('services: { web: { image: i, scale: 2 } }', { application });
  expect([spec.replicas, spec.labels['shipmate.replicas']]).toEqual([5, '5']);
});
