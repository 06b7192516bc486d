import { expect, it } from '@jest/globals';
import { buildCacheBytes, pruneBuildCache } from '../../../src/swarm/images/build-cache.ts';
import { answeringEngine } from '../answering-engine.ts';

const records = [
  { Size: 5, Shared: false },
  { Size: 7, Shared: true },
  { Size: 11, Shared: false },
];

it.each([
  ['1.41', '', { BuildCache: records }, 'keep-storage'],
  ['1.43', '?type=build-cache', { BuildCache: records }, 'keep-storage'],
  ['1.51', '?type=build-cache', { BuildCache: records }, 'reserved-space'],
  ['1.52', '?type=build-cache&verbose=1', { BuildCacheUsage: { Items: records } }, 'reserved-space'],
  ['1.53', '?type=build-cache&verbose=1', { BuildCacheUsage: { Items: records } }, 'reserved-space'],
])('the build cache of an Engine with API %s is measured and bounded', async (ApiVersion, query, usage, kept) => {
  await using engine = await answeringEngine((line) => {
    if (line === 'GET /version') return { status: 200, body: { ApiVersion, Os: 'linux', Arch: 'amd64' } };
    if (line === `GET /system/df${query}`) return { status: 200, body: usage };
    if (line === `POST /build/prune?${kept}=10`) return { status: 200, body: { SpaceReclaimed: 6 } };
    return undefined;
  });
  expect(await buildCacheBytes(engine.docker)).toBe(16);
  expect(await pruneBuildCache(engine.docker, 10)).toBe(6);
});
