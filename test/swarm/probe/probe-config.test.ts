import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { ensureProbeConfig, readProbe } from '../../../src/swarm/probe/probe-config.ts';
import { answeringEngine } from '../answering-engine.ts';

const built = { Architecture: 'arm64', Config: { Labels: { 'shipmate.deployment': 'd1' } } };
const pulled = { Architecture: 'arm64', Config: { Labels: {} } };

/** The architecture of the probe that an image gets on nodes of these; undefined without one. */
async function chosen(nodes: string[], image: object, constraints: string[] = []): Promise<string | undefined> {
  await using engine = await answeringEngine((request) => {
    if (request === 'GET /nodes') {
      const body = nodes.map((Architecture) => ({ Description: { Platform: { Architecture } } }));
      return { status: 200, body };
    }
    if (request === 'GET /images/app:1/json') return { status: 200, body: image };
    if (request.startsWith('GET /configs')) return { status: 200, body: [] };
    return request.startsWith('POST /configs/create') ? { status: 201, body: { ID: 'made' } } : undefined;
  });
  const config = await ensureProbeConfig(engine.docker, { image: 'app:1', constraints });
  return config && /^shipmate-probe-(\w+)-/.exec(config.name)?.[1];
}

it.each([
  ['on nodes of one architecture, theirs', ['x86_64', 'x86_64'], pulled, [], 'amd64'],
  ['on others, the one of an image that was built here', ['x86_64', 'aarch64'], built, [], 'arm64'],
  ['on others, none for a pulled image', ['x86_64', 'aarch64'], pulled, [], undefined],
  ['on others, the one it is placed on', ['x86_64', 'aarch64'], pulled, ['node.platform.arch == x86_64'], 'amd64'],
  ['on an architecture without a probe, none', ['s390x'], pulled, [], undefined],
  ['before a node has joined, that of the others', ['aarch64'], pulled, ['node.role==worker'], 'arm64'],
])('the probe is, %s', async (_what, nodes, image, constraints, architecture) => {
  expect(await chosen(nodes, image, constraints)).toBe(architecture);
});

it('the config is named after its program, and made once', async () => {
  const hash = createHash('sha256')
    .update(await readProbe('amd64'))
    .digest('hex')
    .slice(0, 12);
  const name = `shipmate-probe-amd64-${hash}`;
  await using engine = await answeringEngine((request) => {
    if (request === 'GET /nodes') {
      return { status: 200, body: [{ Description: { Platform: { Architecture: 'x86_64' } } }] };
    }
    return request.startsWith('GET /configs')
      ? { status: 200, body: [{ ID: 'present', Spec: { Name: name } }] }
      : undefined;
  });
  expect(await ensureProbeConfig(engine.docker, { image: 'app:1' })).toEqual({ id: 'present', name });
  expect(engine.asked.filter((one) => one.startsWith('POST'))).toEqual([]);
});
