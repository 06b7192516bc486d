import { once } from 'node:events';
import type { Writable } from 'node:stream';
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
    let done: (error?: Error | null) => void = () => undefined;
    const written = new Promise<void>((resolve, reject) => {
      done = (error) => (error ? reject(error) : resolve());
    });
    const entry = tar.entry(header, (error) => done(error)) as unknown as Writable;
    for await (const chunk of content) if (!entry.write(chunk)) await once(entry, 'drain');
    entry.end();
    await written;
    for (const name of others) tar.entry({ name, type: 'link', linkname: first, mode: 0o644 });
    tar.finalize();
  }

  const filling = fill().catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  for await (const chunk of tar) yield chunk as Buffer;
  await filling;
}
