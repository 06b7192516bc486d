import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isIn } from '../../src/swarm/api-version.ts';
import { inspectService } from '../../src/swarm/services/inspect.ts';
import {
  baseImage,
  docker,
  ensureBaseImage,
  folder,
  outcome,
  quiet,
  requestOf,
  rolloutStage,
  runningContainers,
  specOf,
} from '../support/swarm-fixture.ts';

const { close, network, newName, swarm } = rolloutStage();
const never = new AbortController().signal;
beforeAll(ensureBaseImage);
afterAll(close);

async function updateConfigOf(name: string) {
  const { Spec } = (await inspectService(docker, name)) ?? {};
  return Spec?.UpdateConfig;
}

it('is asked often at the start where the Engine knows how, and two of its intervals are watched', async () => {
  const name = newName();
  const test = ['CMD', '/usr/local/bin/node', '/app.js', 'check'];
  const spec = specOf(name, network, {
    replicas: 2,
    docker: { healthcheck: { test, interval: '1s' } },
    monitorSeconds: 5,
  });
  expect(await outcome(swarm.apply(spec, never))).toMatchObject({ state: 'converged', healthy: 2 });
  const [container = ''] = await runningContainers(name);
  const { Config } = await docker.getContainer(container).inspect();
  const { ApiVersion } = await docker.version();
  expect(Config.Healthcheck).toEqual({
    Test: test,
    Interval: 1e9,
    ...(isIn(ApiVersion, 'startInterval') && { StartPeriod: 1e9, StartInterval: 5e8 }),
  });
  expect(await updateConfigOf(name)).toMatchObject({ Parallelism: 1, Monitor: 2e9, Order: 'start-first' });
});

it('of the image counts like one of the service', async () => {
  const dockerfile = `FROM ${baseImage}\nHEALTHCHECK --interval=1s CMD ["/usr/local/bin/node", "/app.js", "check"]\n`;
  await using context = await folder({ Dockerfile: dockerfile });
  const tag = `shipmate-test/${newName()}:1`;
  await swarm.build(requestOf(context.path, { tag }), quiet, never);
  const name = newName();
  try {
    const spec = specOf(name, network, { image: tag, replicas: 2, docker: {}, monitorSeconds: 5 });
    expect(await outcome(swarm.apply(spec, never))).toMatchObject({ state: 'converged', healthy: 2 });
    expect(await updateConfigOf(name)).toMatchObject({ Parallelism: 1, Monitor: 2e9 });
  } finally {
    await swarm.remove(name);
    await swarm.removeImage(tag);
  }
});
