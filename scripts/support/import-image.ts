import { connectDocker } from '../../src/swarm/dockerode.ts';
import { isMissing } from '../../src/swarm/engine-errors.ts';
import { importLayer } from '../../src/swarm/images/import-folder.ts';

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

/** As `importLayer`, on the Engine that the environment names. */
export async function importImage(tag: string, folder: string, changes: string[]): Promise<void> {
  const docker = connectDocker(process.env['DOCKER_HOST']);
  await importLayer(docker, { folder, tag, changes }, new AbortController().signal);
}
