import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { BuildRequest } from '../../../../src/swarm/swarm.ts';
import { swarmNode } from '../../../support/fakes.ts';
import type { StackSwarm } from './stack-swarm.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const nodes = [
  swarmNode(),
  swarmNode({ id: 'node2', own: false, leader: false, labels: { disk: 'ssd' } }),
  swarmNode({ id: 'node3', own: false, leader: false, labels: { disk: 'ssd' } }),
  swarmNode({ id: 'node4', own: false, leader: false, availability: 'drain' }),
];

async function deploy(stack: StackSwarm, compose: string, builds: BuildRequest[] = []) {
  stage.files['compose.yaml'] = compose;
  const deps = stage.deps(stack);
  const { build } = deps.swarm;
  const swarm: typeof deps.swarm = {
    ...deps.swarm,
    nodes: async () => nodes,
    build: (request, ...rest) => {
      builds.push(request);
      return build(request, ...rest);
    },
  };
  return stage.run(stack, await stage.make(stack), undefined, { ...deps, swarm });
}

it('a service for each node has as many tasks as nodes fit, and no node gets two', async () => {
  const stack = await stage.application();
  const end = await deploy(
    stack,
    `services:
  agent: { image: a, deploy: { mode: global } }
  fast: { image: f, deploy: { mode: global, placement: { constraints: [node.labels.disk==ssd] } } }
  once: { image: o, deploy: { mode: global-job } }
  data: { image: d, deploy: { mode: global }, volumes: ["data:/data"] }
volumes: { data: }`,
  );
  expect(end.metadata.error).toBeUndefined();
  expect(stack.specs.map(({ extras, job, replicas }) => [replicas, extras?.maxReplicasPerNode, job])).toEqual([
    [3, 1, undefined],
    [2, 1, undefined],
    [3, 1, true],
    [1, 1, undefined],
  ]);
});

it('a build gets folders of the repository, images, and other services as contexts', async () => {
  const stack = await stage.application();
  const builds: BuildRequest[] = [];
  stage.folders = { shared: { one: '' } };
  const end = await deploy(
    stack,
    `services:
  api:
    build:
      context: .
      additional_contexts: [shared=./shared, "node=docker-image://node:24", tools=service:tools, kept=service:kept]
  tools: { build: . }
  kept: { image: "kept:1" }`,
    builds,
  );
  expect(end.metadata.error).toBeUndefined();
  const [tools, api] = builds;
  expect(tools?.contexts).toEqual({});
  expect(api?.contexts).toEqual({
    shared: { folder: join(api?.context ?? '', 'shared') },
    node: { source: 'docker-image://node:24' },
    tools: { source: `docker-image://${tools?.tag}` },
    kept: { source: 'docker-image://kept:1' },
  });
  expect(api?.baseImages).toEqual(['node:24', tools?.tag, 'kept:1']);
});

it('a context outside the repository is refused', async () => {
  const stack = await stage.application();
  const end = await deploy(stack, 'services: { api: { build: { context: ., additional_contexts: [a=../x] } } }');
  expect(end.metadata.error).toBe('The context `a` `../x` does not exist in the repository.');
});

it('once people have scaled it, it has as many tasks as they say', async () => {
  const stack = await stage.application({ dockerConfig: { service_replicas: { agent: 0 } } });
  await deploy(stack, 'services: { agent: { image: a, deploy: { mode: global } } }');
  expect(stack.specs.map(({ replicas }) => replicas)).toEqual([0]);
});

it('a build gets the secrets that the file names, and no other service does', async () => {
  const stack = await stage.application({ envVars: { TOKEN: 't' } });
  stage.files['.npmrc'] = 'registry=x\n';
  const builds: BuildRequest[] = [];
  const end = await deploy(
    stack,
    `services:
  web: { build: { context: ., dockerfile_inline: "FROM scratch", secrets: [token, { source: npmrc, target: npm }] } }
  api: { build: { context: ., dockerfile_inline: "FROM scratch\\nCOPY . /" } }
secrets: { token: { environment: TOKEN }, npmrc: { file: ./.npmrc } }`,
    builds,
  );
  expect(end.metadata.error).toBeUndefined();
  expect(builds.map(({ secrets, settings }) => [settings.dockerfile_inline, secrets])).toEqual([
    ['FROM scratch', { token: 't', npm: 'registry=x\n' }],
    ['FROM scratch\nCOPY . /', {}],
  ]);
  expect(builds[0]?.tag).not.toBe(builds[1]?.tag);
  expect(stack.specs.map(({ secretFiles }) => secretFiles)).toEqual([{}, {}]);
});
