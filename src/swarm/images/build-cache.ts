import type Docker from 'dockerode';
import { buildEngine, isIn } from '../api-version.ts';
import { dial } from '../buildkit/dial.ts';

interface CacheRecord {
  Shared: boolean;
  Size: number;
}

/** Disk usage as Engines tell it: in `BuildCache` until API 1.52, in `BuildCacheUsage` since. */
interface DiskUsage {
  BuildCache?: CacheRecord[] | null;
  BuildCacheUsage?: { Items?: CacheRecord[] | null };
}

/** Bytes of BuildKit's cache that are not an image's too; 0 without BuildKit. */
export async function buildCacheBytes(docker: Docker): Promise<number> {
  const { apiVersion, buildkit } = await buildEngine(docker);
  if (!buildkit) return 0;
  const { BuildCache, BuildCacheUsage } = await dial<DiskUsage>(docker, {
    path: '/system/df?',
    method: 'GET',
    options: {
      // Other kinds take long: the Engine walks through every volume and container.
      ...(isIn(apiVersion, 'usageByType') && { type: 'build-cache' }),
      ...(isIn(apiVersion, 'usageItems') && { verbose: '1' }),
    },
    statusCodes: { 200: true },
  });
  const records = BuildCacheUsage?.Items ?? BuildCache ?? [];
  return records.reduce((sum, { Shared, Size }) => sum + (Shared ? 0 : Size), 0);
}

/**
 * Removes of BuildKit's cache what was not used for the longest time, until at most `keptBytes` are left. What images
 * need, or builds that run, is not touched. @returns bytes that are free again.
 */
export async function pruneBuildCache(docker: Docker, keptBytes: number): Promise<number> {
  const { apiVersion, buildkit } = await buildEngine(docker);
  if (!buildkit) return 0;
  const kept = isIn(apiVersion, 'reservedSpace') ? 'reserved-space' : 'keep-storage';
  const { SpaceReclaimed } = await dial<{ SpaceReclaimed?: number }>(docker, {
    path: '/build/prune?',
    method: 'POST',
    options: { _query: { [kept]: keptBytes }, _body: {} },
    statusCodes: { 200: true },
  });
  return SpaceReclaimed ?? 0;
}
