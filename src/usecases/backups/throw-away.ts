import { randomUUID } from 'node:crypto';
import { secretPath } from '../../database-engines/engine-server.ts';
import type { Backup } from '../../entities/backup.ts';
import type { ThrowAway } from '../../swarm/containers/one-shot.ts';
import type { DatabaseAccess } from './database-access.ts';

/** A temporary server: same image and settings, with its own password unless restored files bring theirs. */
export function throwAway(
  { container, image }: DatabaseAccess,
  { metadata }: Backup,
  labels: Record<string, string>,
): ThrowAway {
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
