import { Readable } from 'node:stream';
import { pack } from 'tar-fs';
import { connectDocker } from '../../src/swarm/dockerode.ts';
import { isMissing } from '../../src/swarm/engine-errors.ts';

/** Whether the Engine has the image already. */
export async function hasImage(tag: string): Promise<boolean> {
  const image = connectDocker(process.env['DOCKER_HOST']).getImage(tag);
  return image.inspect().then(
    () => true,
    (error: unknown) => {
      if (!isMissing(error)) throw error;
      return false;
    },
  );
}

/**
 * Makes an image of one layer from a folder; everything in it belongs to root.
 * @param changes lines of a Dockerfile, e.g. `CMD ["/usr/bin/caddy"]`.
 */
export async function importImage(tag: string, root: string, changes: string[]): Promise<void> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  const [repo, version] = tag.split(':');
  // Types do not know `umask`; without it `/tmp` would be root's only.
  const options = { umask: 0, map: <H extends object>(header: H) => ({ ...header, uid: 0, gid: 0 }) };
  const content = Readable.from(pack(root, options));
  const answer = await docker.importImage(content, { repo, tag: version, changes });
  await new Promise((resolve, reject) =>
    docker.modem.followProgress(answer, (error, output) => (error ? reject(error) : resolve(output))),
  );
}
