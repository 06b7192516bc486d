import { randomUUID } from 'node:crypto';
import { secretPath } from '../../database-engines/engine-server.ts';
import type { Backup } from '../../entities/backup.ts';
import type { ThrowAway } from '../../swarm/containers/one-shot.ts';
import type { DatabaseAccess } from './database-access.ts';

/** A temporary server: same image and settings, those of the time where files depend on them, with its own password unless restored files bring theirs. */
export function throwAway(
  { container: own, containerWith, image }: DatabaseAccess,
  { metadata }: Backup,
  labels: Record<string, string>,
): ThrowAway {
  const container = metadata.settings ? containerWith(metadata.settings) : own;
  const files = Object.entries(container.secretFiles).map(([name, content]) => [secretPath(name), content]);
  return {
    image: metadata.image ?? image,
    args: container.args,
    env: container.env,
    files: Object.fromEntries(files) as Record<string, string>,
    healthcheck: container.healthcheck,
    dataPath: container.dataPath,
    labels: { ...labels, 'shipmate.drill': randomUUID() },
  };
}
