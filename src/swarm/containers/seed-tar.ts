import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/**
 * Streams a tar with one file of known size and hard links to it, without buffering.
 * @throws errors of reading `content`.
 */
export async function* seedTar(
  names: readonly string[],
  size: number,
  content: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  const [first = 'data', ...others] = names;
  const tar = pack();

  async function fill(): Promise<void> {
    // Servers run as their own user; the images change the ownership at start.
    const header = { name: first, size, mode: 0o644 };
    // Listens to the errors of the entry, which would end the process, and ends the reading of `content` with them.
    await pipeline(content, tar.entry(header) as unknown as Writable);
    for (const name of others) tar.entry({ name, type: 'link', linkname: first, mode: 0o644 });
    tar.finalize();
  }

  const filling = fill().catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  for await (const chunk of tar) yield chunk as Buffer;
  await filling;
}
