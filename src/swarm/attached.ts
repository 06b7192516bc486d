import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { demultiplexed } from './demultiplexed.ts';
import { answering } from './engine-errors.ts';
import { ProgramError } from './program-error.ts';

/** Kept of what a program prints when its output is not streamed, bytes. */
const maxPrinted = 1024 * 1024;

/** Starts a container that was created, and yields its standard output. @throws {ProgramError} when it ends badly. */
export async function* output(container: Docker.Container, signal: AbortSignal): AsyncIterable<Buffer> {
  const stream = await attach(container, false);
  const stop = onAbort(signal, stream);
  try {
    await answering(() => container.start());
    const complaint = yield* demultiplexed(stream);
    signal.throwIfAborted();
    const { StatusCode } = (await answering(() => container.wait())) as { StatusCode: number };
    if (StatusCode !== 0) throw new ProgramError(StatusCode, complaint);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stop();
    stream.destroy();
  }
}

/** Starts a container that was created, feeds it, and waits for its end. @throws {ProgramError} when it ends badly. */
export async function run(
  container: Docker.Container,
  input: AsyncIterable<Buffer> | undefined,
  signal: AbortSignal,
): Promise<string> {
  const stream = await attach(container, input !== undefined);
  const stop = onAbort(signal, stream);
  try {
    await answering(() => container.start());
    const { printed, complaint } = await converse(stream, input, signal);
    const { StatusCode } = (await answering(() => container.wait())) as { StatusCode: number };
    if (StatusCode !== 0) throw new ProgramError(StatusCode, complaint);
    return printed;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stop();
    stream.destroy();
  }
}

function attach(container: Docker.Container, stdin: boolean): Promise<Duplex> {
  const options = { stream: true, stdout: true, stderr: true, stdin, hijack: true };
  return answering(async () => (await container.attach(options)) as unknown as Duplex);
}

/** Cuts the connection when `signal` aborts. @returns how to stop listening. */
export function onAbort(signal: AbortSignal, stream: Duplex): () => void {
  const cut = () => stream.destroy();
  if (signal.aborted) cut();
  signal.addEventListener('abort', cut);
  return () => signal.removeEventListener('abort', cut);
}

/** Writes the input while it reads what is said; ends when the program does. */
export async function converse(
  stream: Duplex,
  input: AsyncIterable<Buffer> | undefined,
  signal: AbortSignal,
): Promise<{ printed: string; complaint: string }> {
  const hearing = hear(stream);
  hearing.catch(() => undefined);
  if (input) await feed(stream, input, hearing);
  const heard = await hearing;
  signal.throwIfAborted();
  return heard;
}

async function hear(stream: Duplex): Promise<{ printed: string; complaint: string }> {
  const parts: Buffer[] = [];
  let kept = 0;
  const chunks = demultiplexed(stream);
  for (;;) {
    const next = await chunks.next();
    if (next.done) return { printed: Buffer.concat(parts).toString('utf8'), complaint: next.value };
    if (kept > maxPrinted) continue;
    parts.push(next.value);
    kept += next.value.length;
  }
}

/** A program that ends before its input does is not fed any more: how it ended says why. */
async function feed(stream: Duplex, input: AsyncIterable<Buffer>, hearing: Promise<unknown>): Promise<void> {
  let deaf = false;
  const ended = hearing.then(
    () => void (deaf = true),
    () => void (deaf = true),
  );
  stream.on('error', () => void (deaf = true));
  for await (const chunk of input) {
    if (deaf) return;
    if (stream.write(chunk)) continue;
    const stop = new AbortController();
    await Promise.race([once(stream, 'drain', { signal: stop.signal }).catch(() => undefined), ended]);
    stop.abort();
  }
  if (!deaf) stream.end();
}
