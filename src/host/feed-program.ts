import type { Writable } from 'node:stream';

/** Waits in memory for the program to take it, bytes: enough that neither side idles while the other is busy. */
const maxWaiting = 4 * 1024 * 1024;

/**
 * Writes everything to what a program reads; does not end it. A program that ends before its input does (`ended`
 * settles), whatever comes of it, is not fed any more.
 */
export async function feedProgram(
  to: Writable,
  input: AsyncIterable<Buffer>,
  ended: Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  let deaf = false;
  let wake = (): void => undefined;
  const stop = () => {
    deaf = true;
    wake();
  };
  const isDeaf = () => deaf || signal?.aborted === true;
  ended.then(stop, stop);
  to.on('error', stop);
  signal?.addEventListener('abort', stop);
  try {
    for await (const chunk of input) {
      if (isDeaf()) return;
      to.write(chunk, () => wake());
      while (!isDeaf() && to.writableLength > maxWaiting) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
