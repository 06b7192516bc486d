import { MessageChannel, Worker } from 'node:worker_threads';
import { receiveStream, sendStream } from './port-stream.ts';
import type { StreamEntry } from './stream-thread-entry.ts';
import type { ThreadCall } from './threads.ts';

/** Young objects of the thread, megabytes: what it reads and writes is garbage at once. */
const youngMb = 16;

/**
 * Passes a stream through a thread, whose function `(source, task, beside) => AsyncGenerator<Buffer, R>` makes another one of
 * it, and of a second one where there is one.
 * What is read there is no garbage of this thread, which would look at all of its own objects each time that some megabytes
 * have gone by.
 * @param task Is copied.
 * @throws what the source throws, or an Error with what the function's says.
 */
export async function* throughThread<R>(
  call: ThreadCall,
  task: unknown,
  source: AsyncIterable<Buffer>,
  beside?: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, R> {
  const input = new MessageChannel();
  const second = beside && new MessageChannel();
  const output = new MessageChannel();
  const given: StreamEntry = {
    file: call.file.href,
    name: call.name,
    task,
    input: input.port2,
    output: output.port2,
    ...(second && { beside: second.port2 }),
  };
  // Neither the flags of this process nor its secrets are for the thread.
  const worker = new Worker(new URL('stream-thread-entry.ts', import.meta.url), {
    workerData: given,
    transferList: [input.port2, output.port2, ...(second ? [second.port2] : [])],
    execArgv: [],
    env: {},
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
  });
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown) => void (failure ??= { error });
  worker.on('error', fail);
  // An end of its thread closes both channels; until it is known why, neither end is told.
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  const fed = [sendStream(input.port1, noting(source, fail))];
  if (beside && second) fed.push(sendStream(second.port1, noting(beside, fail)));
  const close = () => {
    input.port1.close();
    second?.port1.close();
  };
  try {
    return yield* receiveStream<R>(output.port1);
  } catch (error) {
    close();
    await worker.terminate();
    await ended;
    throw failure ? failure.error : error;
  } finally {
    close();
    await worker.terminate();
    await Promise.all(fed);
  }
}

async function* noting(source: AsyncIterable<Buffer>, fail: (error: unknown) => void): AsyncGenerator<Buffer, void> {
  try {
    yield* source;
  } catch (error) {
    fail(error);
    throw error;
  }
}
