import { describe, expect, it } from '@jest/globals';
import type { Deps } from '../../../src/usecases/deps.ts';
import { pruneBuildCache } from '../../../src/usecases/retention/prune-build-cache.ts';
import { fakeSwarm, testConfig } from '../../support/fakes.ts';

function run(dryRun: boolean, { bytes, kept }: { bytes: number; kept: number }) {
  const asked: number[] = [];
  const swarm = {
    ...fakeSwarm().swarm,
    buildCacheBytes: async () => bytes,
    async pruneBuildCache(keptBytes: number) {
      asked.push(keptBytes);
      return Math.max(0, bytes - keptBytes);
    },
  };
  const config = { ...testConfig, deployments: { ...testConfig.deployments, buildCacheBytes: kept } };
  const deps = { config, swarm } as unknown as Deps;
  const removed = pruneBuildCache({ deps, dryRun, now: new Date(), signal: new AbortController().signal });
  return { asked, removed };
}

describe('the build cache', () => {
  it('is cut down to its size', async () => {
    const { asked, removed } = run(false, { bytes: 3 * 1024 ** 2, kept: 1024 ** 2 });
    expect(await removed).toEqual({
      said: '2 MiB of the build cache removed',
      details: { build_cache: '2 MiB' },
    });
    expect(asked).toEqual([1024 ** 2]);
  });

  it('is only measured when nothing is to be removed', async () => {
    const { asked, removed } = run(true, { bytes: 3 * 1024 ** 2, kept: 1024 ** 2 });
    expect((await removed).said).toBe('2 MiB of the build cache to remove');
    expect(asked).toEqual([]);
  });

  it('is not mentioned while it is small enough', async () => {
    expect((await run(true, { bytes: 1, kept: 2 }).removed).said).toBeUndefined();
    expect((await run(false, { bytes: 1, kept: 2 }).removed).said).toBeUndefined();
  });
});
