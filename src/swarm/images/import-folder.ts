import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { pack } from 'tar-fs';
import { UserError } from '../../errors.ts';
import type { FolderImage } from '../build-input.ts';
import { readMessages } from './json-lines.ts';

/** Creates a single-layer image without a build. */
export async function importFolder(
  docker: Docker,
  { folder, tag, command, labels }: FolderImage,
  signal: AbortSignal,
): Promise<void> {
  const labelled = Object.entries(labels).map(
    ([key, value]) => `LABEL ${JSON.stringify(key)}=${JSON.stringify(value)}`,
  );
  await importLayer(docker, { folder, tag, changes: [`CMD ${JSON.stringify(command)}`, ...labelled] }, signal);
}

export interface Layer {
  folder: string;
  /** With a version, e.g. `shipmate/caddy:2`. */
  tag: string;
  /** Instructions as in a Dockerfile, e.g. `CMD ["/usr/bin/caddy"]`. */
  changes: string[];
}

export async function importLayer(docker: Docker, { folder, tag, changes }: Layer, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const version = tag.lastIndexOf(':');
  const options = { repo: tag.slice(0, version), tag: tag.slice(version + 1), changes, abortSignal: signal };
  const content = Readable.from(pack(folder, ownedByRoot));
  try {
    for await (const { error } of readMessages(await docker.importImage(content, options))) {
      if (error !== undefined) throw new UserError(`Docker refused the image \`${tag}\`: ${error}`);
    }
    signal.throwIfAborted();
  } finally {
    content.destroy();
  }
}

/** Types do not know `umask`; without it `/tmp` would be root's only. */
const ownedByRoot = { umask: 0, map: <H extends object>(header: H) => ({ ...header, uid: 0, gid: 0 }) };
