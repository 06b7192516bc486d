import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { pack } from 'tar-fs';
import { UserError } from '../../errors.ts';
import { formatSize } from '../../units/sizes.ts';
import { type Engine, ensureImage, putTar } from './one-shot-spec.ts';
import type { VolumeUse } from './one-shot.ts';
import { removeContainer } from '../remove-container.ts';
import { mountPoint, volumeMount } from './volume-archive.ts';

/**
 * A digest of a folder's names, modes and contents.
 * @throws {UserError} when it holds more than `limit` bytes.
 */
export async function digestFolder(folder: string, limit: number, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of tarOf(folder)) {
    signal.throwIfAborted();
    bytes += chunk.length;
    if (bytes > limit) {
      throw new UserError(
        `The folder \`${basename(folder)}\` that the compose file mounts is larger than ${formatSize(limit)}. ` +
          'Put it into the image, or raise `SHIPMATE_CONTEXT_LIMIT`.',
      );
    }
    hash.update(chunk);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Copies a folder over what a volume holds, in use or not; other files in it stay. The volume is created when missing.
 */
export async function fillVolume(engine: Engine, use: VolumeUse, folder: string, signal: AbortSignal): Promise<void> {
  await ensureImage(engine, use.image, signal);
  const container = await engine.docker.createContainer({
    Image: use.image,
    // Never run, but the Engine requires one.
    Entrypoint: ['/nothing'],
    Labels: use.labels,
    HostConfig: { NetworkMode: 'none', Mounts: [volumeMount(use.volume, false, use.labels)] },
  });
  try {
    await putTar(container, tarOf(folder), mountPoint, signal);
  } finally {
    await removeContainer(container);
  }
}

/** Root's, without times: a new clone of the same commit is the same. Links stay links, and end in the container. */
async function* tarOf(folder: string): AsyncIterable<Buffer> {
  const strip = <T extends { mtime?: Date | undefined; uid?: number | undefined; gid?: number | undefined }>(
    header: T,
  ) => ({
    ...header,
    mtime: new Date(0),
    uid: 0,
    gid: 0,
  });
  const tar = pack(folder, {
    map: strip,
    ignore: (path) => path === `${folder}/.git` || path.startsWith(`${folder}/.git/`),
  });
  for await (const chunk of tar) yield chunk as Buffer;
}
