import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runInGroup } from '../../src/host/process-group.ts';
import { until } from '../support/until.ts';
import { groupsGone } from '../git/recorded-git.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipmate-group-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

interface Options {
  signal?: AbortSignal;
  maxOutput?: number;
  name?: string;
  hear?: (line: string) => unknown;
}

function sh(script: string, { signal = never, maxOutput = 1_000, name = 'group', hear }: Options = {}) {
  const env = { PATH: process.env['PATH'] ?? '', PID: join(folder, name) };
  return runInGroup({
    program: 'sh',
    args: ['-c', script],
    cwd: folder,
    env,
    signal,
    maxOutput,
    ...(hear && { hear }),
  });
}

async function leaderOf(name: string): Promise<number> {
  return until(
    'the program starts',
    async () => Number(await readFile(join(folder, name), 'utf8').catch(() => '')) || undefined,
  );
}

describe('a program in a group of its own', () => {
  it('tells what it printed, what it complained of and how it ended', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      code: 3,
      output: 'out\n',
      complaint: 'err\n',
      tooLong: false,
    });
  });

  it('inherits nothing of our environment', async () => {
    process.env['SHIPMATE_TEST_SECRET'] = 'seen';
    const { output } = await sh('echo "[$SHIPMATE_TEST_SECRET]"');
    delete process.env['SHIPMATE_TEST_SECRET'];
    expect(output).toBe('[]\n');
  });

  it('ends when it is told to, with helpers of helpers that do not listen', async () => {
    const stop = new AbortController();
    const script = `(trap '' TERM; (trap '' TERM; echo $$ > $PID; while :; do sleep 1; done) & while :; do sleep 1; done) & wait`;
    const running = sh(script, { signal: stop.signal, name: 'deaf' });
    const leader = await leaderOf('deaf');
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await groupsGone([leader]);
  });

  it('leaves nothing behind when only its leader ends', async () => {
    expect(await sh('(while :; do sleep 1; done) & echo $$ > $PID', { name: 'left' })).toMatchObject({ code: 0 });
    await groupsGone([await leaderOf('left')]);
  });

  it('is ended when it prints more than it may', async () => {
    expect(await sh('while :; do echo 0123456789; done')).toMatchObject({ tooLong: true });
    expect(await sh('while :; do echo 0123456789; done', { hear: () => undefined })).toMatchObject({ tooLong: true });
  });

  it('is heard line by line, and waits while it is not heard', async () => {
    const heard: string[] = [];
    let open = 0;
    const hear = async (line: string) => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      heard.push(line);
    };
    expect(await sh('echo one; printf "two\\nthree"; exit 4', { hear })).toEqual({
      code: 4,
      output: '',
      complaint: 'one\ntwo\nthree\n',
      tooLong: false,
    });
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  it('is heard on standard error, too', async () => {
    const heard: string[] = [];
    await sh('echo out; echo err >&2', { hear: (line) => void heard.push(line) });
    expect(heard.sort()).toEqual(['err', 'out']);
  });

  it('ends when the one who hears it fails, with its helpers', async () => {
    const hear = () => {
      throw new Error('nobody listens');
    };
    const script = '(while :; do sleep 1; done) & echo $$ > $PID; echo one; wait';
    await expect(sh(script, { hear, name: 'unheard' })).rejects.toThrow('nobody listens');
    await groupsGone([await leaderOf('unheard')]);
  });

  it('is not started when it is aborted before', async () => {
    await expect(sh('echo $$ > $PID', { signal: AbortSignal.abort(new Error('before')), name: 'no' })).rejects.toThrow(
      'before',
    );
    await expect(readFile(join(folder, 'no'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is missed when there is no such program', async () => {
    const run = { program: 'no-such-program', args: [], cwd: folder, env: {}, signal: never, maxOutput: 1 };
    await expect(runInGroup(run)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
