import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import type { OneShot, Running } from '../../src/swarm/containers/one-shot.ts';
import { oneShots, ProgramError } from '../../src/swarm/containers/one-shots.ts';
import { until } from '../support/until.ts';
import { baseImage, docker, ensureBaseImage, swarmWith, uniqueName } from '../support/swarm-fixture.ts';
import { runName } from '../support/test-run.ts';

const name = uniqueName('one-shot');
const labels = { 'shipmate.test': name };
const engine = oneShots(docker, swarmWith().pull, runName());
const { signal } = new AbortController();

function script(code: string, over: Partial<OneShot> = {}): OneShot {
  return { image: baseImage, command: ['/usr/local/bin/node', '-e', code], env: {}, files: {}, labels, ...over };
}

const filters = { label: [`shipmate.test=${name}`] };
const isRunning = ({ State }: { State: string }) => State === 'running';

async function left(): Promise<number> {
  return (await docker.listContainers({ all: true, filters })).length;
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');

beforeAll(ensureBaseImage);
afterAll(async () => {
  await engine.removeLabelled(labels);
  const volume = docker.getVolume(name);
  await volume.remove().catch(() => undefined);
});

describe('a program that runs once', () => {
  it('is fed, and ends when its input does', async () => {
    const data = randomBytes(5_000_000);
    const code = `const hash = require('crypto').createHash('sha256');
      process.stdin.on('data', (part) => hash.update(part)).on('end', () => console.log(hash.digest('hex')))`;
    async function* input(): AsyncIterable<Buffer> {
      for (let at = 0; at < data.length; at += 50_000) yield data.subarray(at, at + 50_000);
    }
    expect(await engine.run(script(code), input(), signal)).toBe(`${digest(data)}\n`);
    expect(await left()).toBe(0);
  });

  it('is killed when its input breaks off, or it is aborted, and leaves nothing', async () => {
    async function* broken(): AsyncIterable<Buffer> {
      yield Buffer.from('some');
      throw new Error('the store is damaged');
    }
    const waits = script(`process.stdin.resume(); setInterval(() => {}, 1000)`);
    await expect(engine.run(waits, broken(), signal)).rejects.toThrow('the store is damaged');
    const abort = new AbortController();
    async function* last(): AsyncIterable<Buffer> {
      yield Buffer.from('some');
      abort.abort(new Error('time is over'));
      yield Buffer.from('more');
    }
    await expect(engine.run(waits, last(), abort.signal)).rejects.toThrow('time is over');
    expect(await left()).toBe(0);
  });
});

describe('an idle container', () => {
  const idle = { image: baseImage, labels, seconds: 600 };
  let box: Running;
  beforeAll(async () => {
    box = await engine.idle(idle, signal);
  });
  afterAll(async () => {
    await box.remove();
    expect(await left()).toBe(0);
  });

  it('has programs that print bytes as they are, with their variables and files', async () => {
    const code = `const { createHash } = require('crypto'); let at = createHash('sha256').update('seed').digest();
      const { env } = process; const file = require('fs').readFileSync('/run/here/file', 'utf8');
      process.stdout.write(env.GREETING + file);
      const parts = []; for (let n = 0; n < 100000; n += 1) parts.push(at = createHash('sha256').update(at).digest());
      process.stderr.write('not in the output'); process.stdout.write(Buffer.concat(parts));`;
    const shot = script(code, { env: { GREETING: 'hello ' }, files: { '/run/here/file': 'there' } });
    const printed = await collect(box.output(shot, signal));
    let at = createHash('sha256').update('seed').digest();
    const parts = Array.from({ length: 100_000 }, () => (at = createHash('sha256').update(at).digest()));
    expect(String(printed.subarray(0, 11))).toBe('hello there');
    expect(digest(printed.subarray(11))).toBe(digest(Buffer.concat(parts)));
  });

  it('keeps a file that the next program has too, unless that brings another', async () => {
    const code = `const { appendFileSync, readFileSync } = require('fs'); const file = '/run/here/kept';
      process.stdout.write(readFileSync(file, 'utf8')); appendFileSync(file, '!')`;
    const reading = (content: string) =>
      box.run(script(code, { files: { '/run/here/kept': content } }), undefined, signal);
    expect([await reading('one'), await reading('one'), await reading('two')]).toEqual(['one', 'one!', 'two']);
  });

  it('throws the last words of one after what it printed', async () => {
    const shot = script(`process.stdout.write('half'); console.error('disk full'); process.exitCode = 3`);
    let printed = '';
    const reading = (async () => {
      for await (const chunk of box.output(shot, signal)) printed += String(chunk);
    })();
    await expect(reading).rejects.toThrow(new ProgramError(3, 'disk full'));
    expect(printed).toBe('half');
  });

  it('ends with what still runs in it, and by itself at last', async () => {
    const endless = script(`setInterval(() => process.stdout.write('x'.repeat(1000)), 10)`);
    const other = await engine.idle(idle, signal);
    const abort = new AbortController();
    const reading = (async () => {
      for await (const _ of other.output(endless, abort.signal)) abort.abort(new Error('time is over'));
    })();
    await expect(reading).rejects.toThrow('time is over');
    for await (const _ of other.output(endless, signal)) break;
    await other.remove();
    expect(await left()).toBe(1);
    const brief = await engine.idle({ ...idle, seconds: 0 }, signal);
    await until('it has ended', async () => !(await docker.listContainers({ all: true, filters })).every(isRunning));
    await brief.remove();
  });
});

describe('a server to be thrown away', () => {
  const check = ['CMD', '/usr/local/bin/node', '/app.js', 'check'];
  const server = { image: baseImage, env: {}, files: {}, healthcheck: { test: check }, dataPath: '/data', labels };
  const args = ['/usr/local/bin/node', '/app.js'];

  it('starts with data, runs programs, and takes its volume with it', async () => {
    const tar = pack();
    tar.entry({ name: './greeting', uid: 7 }, 'hello');
    tar.finalize();
    const bytes = await buffer(tar);
    const data = (async function* () {
      yield bytes;
    })();
    const running = await engine.start({ ...server, args, data }, signal);
    const code = `const fs = require('fs'); console.log(fs.readFileSync('/data/greeting', 'utf8'), fs.statSync('/data/greeting').uid)`;
    const program = { command: ['/usr/local/bin/node', '-e', code], env: {}, files: {} };
    expect(await running.run(program, undefined, signal)).toBe('hello 7\n');
    expect(String(await collect(running.output(program, signal)))).toBe('hello 7\n');
    const failing = { ...program, command: ['/usr/local/bin/node', '-e', `console.error('no'); process.exitCode = 2`] };
    await expect(running.run(failing, undefined, signal)).rejects.toThrow(new ProgramError(2, 'no'));
    const [container] = await docker.listContainers({ filters });
    const volume = container?.Mounts[0]?.Name ?? '';
    await running.remove();
    await expect(docker.getVolume(volume).inspect()).rejects.toThrow('no such volume');
  });

  it('says why it does not come up', async () => {
    const starting = engine.start({ ...server, args, env: { MODE: 'exits' } }, signal);
    await expect(starting).rejects.toThrow(new ProgramError(3, 'starting in mode exits'));
    expect(await left()).toBe(0);
  });
});

describe('a volume', () => {
  it('is read as a tar, and replaced by one', async () => {
    const use = { volume: name, image: baseImage, labels };
    await expect(collect(engine.readVolume(use, signal))).rejects.toThrow('not on the node');
    await docker.createVolume({ Name: name, Labels: { mine: 'yes' } });
    const first = pack();
    first.entry({ name: './one', uid: 999, mode: 0o600 }, 'first');
    first.finalize();
    const bytes = await buffer(first);
    const once = async function* () {
      yield bytes;
    };
    await engine.writeVolume(use, once(), signal);
    const tar = await collect(engine.readVolume(use, signal));
    expect(tar.includes('first')).toBe(true);
    const other = pack();
    other.entry({ name: './two' }, 'second');
    other.finalize();
    const second = await buffer(other);
    await engine.writeVolume(
      use,
      (async function* () {
        yield second;
      })(),
      signal,
    );
    const after = await collect(engine.readVolume(use, signal));
    expect([after.includes('first'), after.includes('second')]).toEqual([false, true]);
    expect((await docker.getVolume(name).inspect()).Labels).toEqual({ mine: 'yes' });
    async function* cut(): AsyncIterable<Buffer> {
      yield bytes.subarray(0, 700);
      throw new Error('the store is damaged');
    }
    await expect(engine.writeVolume(use, cut(), signal)).rejects.toThrow('the store is damaged');
    expect(await left()).toBe(0);
  });
});
