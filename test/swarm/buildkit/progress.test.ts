import { describe, expect, it } from '@jest/globals';
import { readProgress } from '../../../src/swarm/buildkit/progress.ts';
import { decodeTrace, type Trace, traceCodec, type Vertex } from '../../../src/swarm/buildkit/trace.ts';

/** What an Engine would send. */
function encodeTrace(trace: Partial<Trace>): string {
  return traceCodec.encode({ vertexes: [], logs: [], warnings: [], ...trace }).toString('base64');
}

async function read(traces: Partial<Trace>[]) {
  const steps: string[] = [];
  const lines: string[] = [];
  const progress = readProgress({
    onStep: (step, of, text) => steps.push(`${step}/${of} ${text}`),
    onLine: (text) => lines.push(text),
  });
  for (const trace of traces) await progress.add(decodeTrace(encodeTrace(trace)));
  await progress.end();
  return { failed: progress.failed(), lines, steps };
}

const time = { seconds: 1, nanos: 0 };

function known(digest: string, name: string): Vertex {
  return { digest, name, cached: false, started: null, completed: null, error: '' };
}
function started(digest: string, name: string): Vertex {
  return { ...known(digest, name), started: time };
}
function done(digest: string, name: string, changes: Partial<Vertex> = {}): Vertex {
  return { ...started(digest, name), completed: time, ...changes };
}
function printed(vertex: string, text: string) {
  return { vertex, msg: Buffer.from(text) };
}

const from = '[1/3] FROM docker.io/library/node:24';
const install = '[2/3] RUN npm ci';
const build = '[3/3] RUN npm run build';

describe('the progress of a build', () => {
  it('counts the steps in the order in which they start', async () => {
    const { lines, steps } = await read([
      { vertexes: [started('i', '[internal] load metadata for docker.io/library/node:24')] },
      { vertexes: [known('a', from), known('b', install), known('c', build)] },
      { vertexes: [done('a', from, { cached: true })] },
      { vertexes: [started('b', install)] },
      { vertexes: [done('b', install), started('c', build)], logs: [printed('b', 'added 12 packages\n')] },
      { vertexes: [done('c', build), started('e', 'exporting to image')] },
    ]);
    expect(steps).toEqual(['1/3 FROM node:24', '2/3 RUN npm ci', '3/3 RUN npm run build']);
    expect(lines).toEqual([
      '[internal] load metadata for docker.io/library/node:24',
      'Step 1/3: FROM node:24 (cached)',
      'Step 2/3: RUN npm ci',
      'added 12 packages',
      'Step 3/3: RUN npm run build',
      'exporting to image',
    ]);
  });

  it('counts steps of several stages through, and says whose lines come', async () => {
    const one = '[web 2/2] RUN one';
    const two = '[api 2/2] RUN two';
    const { lines, steps } = await read([
      { vertexes: [started('1', one), started('2', two)] },
      { logs: [printed('1', 'from one\n'), printed('2', 'from two\n')] },
    ]);
    expect(steps).toEqual(['1/2 RUN one (web)', '2/2 RUN two (api)']);
    expect(lines).toEqual([
      'Step 1/2: RUN one (web)',
      'Step 2/2: RUN two (api)',
      'Step 1/2: RUN one (web)',
      'from one',
      'Step 2/2: RUN two (api)',
      'from two',
    ]);
  });

  it('says that a step is cached when that comes later', async () => {
    const { lines } = await read([
      { vertexes: [started('a', '[1/1] RUN x')] },
      { vertexes: [done('a', '[1/1] RUN x', { cached: true })] },
    ]);
    expect(lines).toEqual(['Step 1/1: RUN x', 'Step 1/1 is cached']);
  });

  it('puts lines and letters together that come in pieces', async () => {
    const umlaut = Buffer.from('ü\n');
    const { lines } = await read([
      { vertexes: [started('a', '[1/1] RUN x')] },
      { logs: [printed('a', 'hel'), printed('a', 'lo\n\u001B[31mred\u001B[0m\n1%\r2%\n')] },
      { logs: [{ vertex: 'a', msg: umlaut.subarray(0, 1) }] },
      { logs: [{ vertex: 'a', msg: umlaut.subarray(1) }, printed('a', 'no end')] },
    ]);
    expect(lines).toEqual(['Step 1/1: RUN x', 'hello', 'red', '2%', 'ü', 'no end']);
  });

  it.each([
    ['docker.io/library/node:24', 'node:24'],
    [`docker.io/acme/base:1@sha256:${'a'.repeat(64)}`, 'acme/base:1'],
    [`ghcr.io/acme/base@sha256:${'a'.repeat(64)}`, `ghcr.io/acme/base@sha256:${'a'.repeat(64)}`],
  ])('names the base image %s as it is written', async (image, written) => {
    const { steps } = await read([{ vertexes: [started('a', `[1/1] FROM ${image}`)] }]);
    expect(steps).toEqual([`1/1 FROM ${written}`]);
  });

  it('says a warning once', async () => {
    const warning = { short: Buffer.from('FromAsCasing: write AS'), url: 'https://docs.example/a' };
    const { lines } = await read([{ warnings: [warning] }, { warnings: [warning] }]);
    expect(lines).toEqual(['Warning: FromAsCasing: write AS (https://docs.example/a)']);
  });

  it('does not tell how the context gets there', async () => {
    const { lines } = await read([
      { vertexes: [started('a', '[internal] load remote build context'), started('b', 'copy /context /')] },
    ]);
    expect(lines).toEqual([]);
  });

  it('knows the step that failed, with its last 30 lines, and not those that were ended with it', async () => {
    const output = Array.from({ length: 99 }, (_, at) => `line ${at}\n`).join('');
    const { failed } = await read([
      { vertexes: [started('a', '[1/2] RUN bad'), started('b', '[2/2] RUN other')] },
      { logs: [printed('b', 'other\n'), printed('a', output)] },
      {
        vertexes: [
          done('b', '[2/2] RUN other', { error: 'process "x" did not complete: context canceled' }),
          done('a', '[1/2] RUN bad', { error: 'exit code: 4' }),
        ],
      },
    ]);
    expect(failed).toEqual({
      place: 'Step 1/2',
      text: 'RUN bad',
      error: 'exit code: 4',
      lines: Array.from({ length: 30 }, (_, at) => `line ${at + 69}`),
    });
  });

  it('waits for whoever hears of the lines', async () => {
    const heard: string[] = [];
    const ready = Promise.withResolvers<void>();
    const progress = readProgress({
      onStep: () => {},
      onLine(text) {
        heard.push(text);
        return ready.promise;
      },
    });
    const vertexes = [started('a', '[1/1] RUN x')];
    const added = progress.add({ vertexes, logs: [printed('a', 'one\ntwo\n')], warnings: [] });
    expect(heard).toEqual(['Step 1/1: RUN x']);
    ready.resolve();
    await added;
    expect(heard).toEqual(['Step 1/1: RUN x', 'one', 'two']);
  });

  it.each([
    ['[internal] load metadata for docker.io/library/node:24', ['docker.io/library/node:24']],
    ['[2/1] COPY --from=shop/web:1 /app /app', ['shop/web:1']],
    ['[2/3] COPY --chown=1 --from=host:5000/web@sha256:ab / /', ['host:5000/web@sha256:ab']],
    ['[2/3] RUN --mount=type=bind,from=shop/web:1,target=/w --mount=from=shop/api:2 ls', ['shop/web:1', 'shop/api:2']],
    ['[2/3] COPY --from=0 / /', []],
    ['[2/3] COPY --from=Builder / /', []],
    ['[2/3] RUN curl --data from=me', []],
  ])('%s may load %j', async (name, images) => {
    const told: string[] = [];
    const onImage = async (image: string) => void told.push(image);
    const progress = readProgress({ onStep: () => {}, onLine: () => {}, onImage });
    for (let turn = 0; turn < 2; turn += 1) {
      await progress.add(decodeTrace(encodeTrace({ vertexes: [known('a', name)] })));
    }
    expect(told).toEqual(images);
  });
});
