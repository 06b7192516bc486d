import type { MessagePort } from 'node:worker_threads';

/** Sent at once, bytes: fewer messages, and memory that the other thread owns from then on. */
const batchBytes = 512 * 1024;
/** Batches that are sent and not taken yet. */
const mostWaiting = 4;

type Sent<R> = { batch: Uint8Array<ArrayBuffer> } | { end: R } | { error: string };

/**
 * Sends a stream, and what it returns, to the other end of a channel, at the pace at which it is taken. What an error says
 * goes there too. Ends early, and the stream with it, when the other end closes.
 */
export async function sendStream<R>(port: MessagePort, source: AsyncGenerator<Buffer, R>): Promise<void> {
  let waiting = 0;
  let closed = false;
  let wake = (): void => undefined;
  port.on('message', () => {
    waiting -= 1;
    wake();
  });
  port.on('close', () => {
    closed = true;
    wake();
  });
  const isClosed = () => closed;

  async function send(batch: Buffer<ArrayBuffer>): Promise<void> {
    port.postMessage({ batch } satisfies Sent<R>, [batch.buffer]);
    waiting += 1;
    while (!isClosed() && waiting >= mostWaiting) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  try {
    let batch = Buffer.allocUnsafeSlow(batchBytes);
    let filled = 0;
    for (;;) {
      const next = await source.next();
      if (isClosed()) return;
      if (next.done) {
        if (filled > 0) await send(batch.subarray(0, filled));
        port.postMessage({ end: next.value } satisfies Sent<R>);
        return;
      }
      for (let at = 0; at < next.value.length;) {
        const copied = next.value.copy(batch, filled, at);
        at += copied;
        filled += copied;
        if (filled < batchBytes) break;
        await send(batch);
        batch = Buffer.allocUnsafeSlow(batchBytes);
        filled = 0;
      }
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    port.postMessage({ error: said } satisfies Sent<R>);
  } finally {
    await source.return(undefined as R);
  }
}

/** What the other end of a channel sends. @throws {Error} when it closes before its stream has ended. */
export async function* receiveStream<R>(port: MessagePort): AsyncGenerator<Buffer, R> {
  const arrived: Sent<R>[] = [];
  let closed = false;
  let wake = (): void => undefined;
  port.on('message', (sent: Sent<R>) => {
    arrived.push(sent);
    wake();
  });
  port.on('close', () => {
    closed = true;
    wake();
  });
  const isClosed = () => closed;
  try {
    for (;;) {
      const sent = arrived.shift();
      if (sent === undefined) {
        if (isClosed()) throw new Error('a thread ended before its work was done');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if ('end' in sent) return sent.end;
      else if ('error' in sent) throw new Error(sent.error);
      else {
        yield Buffer.from(sent.batch.buffer, sent.batch.byteOffset, sent.batch.byteLength);
        port.postMessage('taken');
      }
    }
  } finally {
    port.close();
  }
}
