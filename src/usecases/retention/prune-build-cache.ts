import { formatSize } from '../../units/sizes.ts';
import type { Removed, RetentionRun } from './retention-run.ts';

/**
 * Bounds the cache of builds, least recently used first. Images do not need it: a rollback takes its image, and without
 * the cache a build only takes longer.
 */
export async function pruneBuildCache({ deps, dryRun }: RetentionRun): Promise<Removed> {
  const { buildCacheBytes: kept } = deps.config.deployments;
  const bytes = dryRun
    ? Math.max(0, (await deps.swarm.buildCacheBytes()) - kept)
    : await deps.swarm.pruneBuildCache(kept);
  if (bytes === 0) return { said: undefined, details: {} };
  const size = formatSize(bytes);
  return {
    said: `${size} of the build cache ${dryRun ? 'to remove' : 'removed'}`,
    details: { build_cache: size },
  };
}
