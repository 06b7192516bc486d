import { describe, expect, it } from '@jest/globals';
import { throughThread } from '../../src/host/stream-thread.ts';

/** A function of a thread. */
function working(body: string): Parameters<typeof throughThread>[0] {
  const code = `export async function* work(source, task) { ${body} }`;
  return { file: new URL(`data:text/javascript,${encodeURIComponent(code)}`), name: 'work' };
}

const copying = working(
  'let size = 0; for await (const one of source) { size += one.length; yield one; } return task + size;',
);

/** Parts of a stream, the end of which `ended` hears. */
async function* parts(
  count: number,
  bytes: number,
  ended = (_taken: number) => undefined,
): AsyncGenerator<Buffer, void> {
  let taken = 0;
  try {
    for (; taken < count; taken += 1) yield Buffer.alloc(bytes, taken);
  } finally {
    ended(taken);
  }
}

async function readAll<R>(stream: AsyncGenerator<Buffer, R>): Promise<{ bytes: Buffer; returned: R }> {
  const read: Buffer[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { bytes: Buffer.concat(read), returned: next.value };
    read.push(next.value);
  }
}

describe('a stream through a thread', () => {
  it.each([
    ['nothing', 0, 1],
    ['many small parts', 5_000, 7],
    ['parts larger than what is sent at once', 5, 1_300_001],
  ])('comes out whole, with what the function returns: %s', async (_, count, bytes) => {
    const { bytes: read, returned } = await readAll(throughThread<number>(copying, 1_000, parts(count, bytes)));
    const whole = await readAll(parts(count, bytes));
    expect(read.equals(whole.bytes)).toBe(true);
    expect(returned).toBe(1_000 + count * bytes);
  });

  it('fails as its source does', async () => {
    class Refused extends Error {}
    async function* breaking(): AsyncGenerator<Buffer, void> {
      yield Buffer.from('a beginning');
      throw new Refused('no more');
    }
    await expect(readAll(throughThread(copying, 0, breaking()))).rejects.toBeInstanceOf(Refused);
  });

  it.each([
    [
      'the function fails',
      'for await (const one of source) { yield one; throw new Error("this is no text"); }',
      'this is no text',
    ],
    [
      'the thread ends',
      'for await (const one of source) { yield one; process.exit(); }',
      'a thread ended before its work was done',
    ],
    [
      'there is an error beside it',
      'for await (const one of source) { setImmediate(() => { throw new Error("beside"); }); await new Promise(() => {}); }',
      'beside',
    ],
  ])('fails and lets go of its source when %s', async (_, body, said) => {
    let ended = -1;
    const source = parts(1_000_000, 100_000, (taken) => void (ended = taken));
    await expect(readAll(throughThread(working(body), 0, source))).rejects.toThrow(said);
    expect(ended).toBeGreaterThanOrEqual(0);
    expect(ended).toBeLessThan(200);
  });

  it('takes no more of its source than is wanted, and lets go of it', async () => {
    let ended = -1;
    const source = parts(1_000_000, 100_000, (taken) => void (ended = taken));
    for await (const _first of throughThread(copying, 0, source)) break;
    expect(ended).toBeGreaterThan(0);
    expect(ended).toBeLessThan(200);
  });

  it('knows neither the environment nor the flags of the process', async () => {
    const telling = working('yield Buffer.from(JSON.stringify([Object.keys(process.env), process.execArgv]));');
    const { bytes } = await readAll(throughThread(telling, 0, parts(0, 1)));
    expect(JSON.parse(bytes.toString())).toEqual([[], []]);
  });
});
