import type Docker from 'dockerode';
import { dial } from '../buildkit/dial.ts';
import { hasBuildkit } from './buildkit-build.ts';

/** Renames what is kept, without a change of meaning. */
const renamedSince = 48;

/** Bytes of BuildKit's cache that are not an image's too; 0 without BuildKit. */
export async function buildCacheBytes(docker: Docker): Promise<number> {
  if (!(await hasBuildkit(docker))) return 0;
  const { BuildCache } = (await docker.df()) as { BuildCache?: { Shared: boolean; Size: number }[] | null };
  return (BuildCache ?? []).reduce((sum, { Shared, Size }) => sum + (Shared ? 0 : Size), 0);
}

/**
 * Removes of BuildKit's cache what was not used for the longest time, until at most `keptBytes` are left. What images
 * need, or builds that run, is not touched. @returns bytes that are free again.
 */
export async function pruneBuildCache(docker: Docker, keptBytes: number): Promise<number> {
  if (!(await hasBuildkit(docker))) return 0;
  const { ApiVersion } = await docker.version();
  const kept = Number(ApiVersion.split('.')[1]) >= renamedSince ? 'reserved-space' : 'keep-storage';
  const { SpaceReclaimed } = await dial<{ SpaceReclaimed?: number }>(docker, {
    path: '/build/prune?',
    method: 'POST',
    options: { _query: { [kept]: keptBytes }, _body: {} },
    statusCodes: { 200: true },
  });
  return SpaceReclaimed ?? 0;
}
