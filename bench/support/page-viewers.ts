// Opens so many streams of a page: node bench/support/page-viewers.ts <url> <number>. Sends `open` when each has got
// its first event, then the milliseconds of every line that carries the time at which it was written.
import { Agent, get } from 'node:http';

const [url = '', count] = process.argv.slice(2);
const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
let waits: number[] = [];
process.on('message', () => {
  process.send?.(waits);
  waits = [];
});

async function open(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  get(url, { agent }, (response) => {
    response.on('data', (chunk: Buffer) => {
      const now = Date.now();
      for (const [, at] of chunk.toString('latin1').matchAll(/>at (\d{13})</g)) waits.push(now - Number(at));
      resolve();
    });
  }).on('error', reject);
  await promise;
}

const left = { count: Number(count) };
async function openAll(): Promise<void> {
  while (left.count > 0) {
    left.count -= 1;
    await open();
  }
}
await Promise.all(Array.from({ length: 50 }, openAll));
process.send?.('open');
