import { type MessagePort, workerData } from 'node:worker_threads';
import { receiveStream, sendStream } from './port-stream.ts';

/** What a thread of `throughThread` is given. */
export interface StreamEntry {
  /** Address of the module. */
  file: string;
  name: string;
  task: unknown;
  input: MessagePort;
  output: MessagePort;
  beside?: MessagePort;
}

type Work = (
  source: AsyncIterable<Buffer>,
  task: unknown,
  beside: AsyncIterable<Buffer> | undefined,
) => AsyncGenerator<Buffer, unknown>;

const { beside, file, input, name, output, task } = workerData as StreamEntry;
const module = (await import(file)) as Record<string, Work>;
const work = module[name];
if (!work) throw new Error(`${file} has no function ${name}`);
await sendStream(output, work(receiveStream(input), task, beside && receiveStream(beside)));
