import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';

/** Writes files into a container, running or not; readable by their owner, root, only unless `mode` allows more. */
export async function putFiles(
  container: Docker.Container,
  files: Record<string, string>,
  mode = 0o400,
): Promise<void> {
  if (Object.keys(files).length === 0) return;
  const tar = pack();
  for (const [path, content] of Object.entries(files)) tar.entry({ name: path.replace(/^\/+/, ''), mode }, content);
  tar.finalize();
  await container.putArchive(await buffer(tar), { path: '/' });
}
