import { stat } from 'node:fs/promises';
import type { ComposeService } from '../../../compose/parse.ts';
import { atPlace } from '../../../compose/problems.ts';
import { NotFoundError, UserError } from '../../../errors.ts';
import { resolveInside } from '../steps/checkout-path.ts';

/** Largest file that is mounted by itself, bytes: Swarm's limit for a secret. */
const maxFileBytes = 500 * 1024;

export interface FolderMount {
  volume: string;
  /** In the checkout, links resolved. */
  folder: string;
}

export interface SettledMounts {
  services: ComposeService[];
  /** Folders of the checkout that fill volumes. */
  folders: FolderMount[];
  lines: string[];
}

/**
 * Settles what paths beside the compose file become: a file is mounted as a config is, a folder fills a volume, and what
 * the repository does not have becomes an empty volume, as Compose would make an empty folder.
 * @param pathOf The path in the checkout of one in the file.
 * @throws {UserError} when a link leads out of the checkout, or a file is too large.
 */
export async function settleMounts(
  services: readonly ComposeService[],
  directory: string,
  pathOf: (path: string) => string,
): Promise<SettledMounts> {
  const found: SettledMounts = { services: [], folders: [], lines: [] };
  for (const service of services) {
    const volumes = [...service.volumes];
    const files = [...service.files];
    for (const { readOnly, source, target, ...place } of service.checkoutMounts) {
      const path = pathOf(source);
      const what = `${atPlace(place)}: the mount of \`${service.name}\``;
      const real = leavesCheckout(path) ? undefined : await resolveInside(directory, path, what).catch(unlessMissing);
      const stats = real === undefined ? undefined : await stat(real);
      if (stats?.isFile()) {
        if (stats.size >= maxFileBytes) {
          throw new UserError(
            `${what} \`${source}\` is larger than 500 KB. Put it into the image, or into a folder that is mounted.`,
          );
        }
        if (stats.size > 0) files.push({ target, from: { file: source } });
        continue;
      }
      const volume = volumeNameOf(path);
      volumes.push({ volume, target, readOnly });
      if (real !== undefined) found.folders.push({ volume, folder: real });
      else {
        found.lines.push(
          `\`${source}\` of \`${service.name}\` is not in the repository, so the volume \`${volume}\` is mounted at ${target}`,
        );
      }
    }
    found.services.push({ ...service, volumes, files });
  }
  return found;
}

/** Beside the checkout there is nothing of the application: such a path is a folder for data. */
function leavesCheckout(path: string): boolean {
  return path === '..' || path.startsWith('../');
}

/** @throws whatever else it is. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}

/** `./data/db` is `data-db`, `../files/a` is `files-a`; the checkout itself is `checkout`. */
function volumeNameOf(path: string): string {
  const name = path
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
  return `path-${name || 'checkout'}`;
}
