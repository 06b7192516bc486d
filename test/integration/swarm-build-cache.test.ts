import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import { baseImage, docker, ensureBaseImage, folder, quiet, requestOf, swarmWith } from '../support/swarm-fixture.ts';

beforeAll(ensureBaseImage);

it('the build cache is bounded, and an image that a rollback needs runs without it', async () => {
  const swarm = swarmWith();
  const text = randomUUID();
  await using context = await folder({
    Dockerfile: `FROM ${baseImage}\nCOPY text big /\nRUN ["/usr/local/bin/node", "-e", "fs.appendFileSync('/text', '!')"]\n`,
    text,
    big: text.repeat(100_000),
  });
  const asked = requestOf(context.path);
  const kept = await swarm.build(asked, quiet, new AbortController().signal);
  expect(await swarm.buildCacheBytes()).toBeGreaterThan(3_000_000);

  expect(await swarm.pruneBuildCache(0)).toBeGreaterThan(3_000_000);

  expect(await swarm.buildCacheBytes()).toBeLessThan(1_000_000);
  expect(await swarm.findImage(asked.tag)).toEqual(kept);
  const container = await docker.createContainer({
    Image: asked.tag,
    Cmd: ['/usr/local/bin/node', '-e', "process.exit(fs.readFileSync('/text', 'utf8').endsWith('!') ? 42 : 1)"],
  });
  await container.start();
  expect(await container.wait()).toMatchObject({ StatusCode: 42 });
  await container.remove();
  await docker.getImage(asked.tag).remove();
});
