import { describe, expect, it } from '@jest/globals';
import pino from 'pino';
import type { Idle, Running } from '../../../src/swarm/containers/one-shot.ts';
import { openToolbox } from '../../../src/usecases/backups/toolbox.ts';
import type { DatabaseAccess } from '../../../src/usecases/backups/database-access.ts';
import { fakeOneShots } from '../../support/fake-backups.ts';
import { testConfig } from '../../support/fakes.ts';

const tool = (name: string) => ({ command: [name], env: {}, files: {} });
const signal = new AbortController().signal;

/** Programs print their name and the container's number; `fails` fails, and `endless` prints for ever. */
function stage(over: Partial<Running> = {}) {
  const started: Idle[] = [];
  const removed: number[] = [];
  const logged: unknown[] = [];
  const oneShots = fakeOneShots({
    async idle(idle) {
      const number = started.push(idle);
      return {
        async *output({ command: [name = ''] }) {
          do yield Buffer.from(`${name} in ${number}`);
          while (name === 'endless');
          if (name === 'fails') throw new Error('disk full');
        },
        async run({ command: [name = ''] }) {
          if (name === 'fails') throw new Error('disk full');
          return `${name} in ${number}`;
        },
        remove: async () => void removed.push(number),
        ...over,
      };
    },
  });
  const logger = pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const access = { image: 'postgres:17', network: 'shop-net' } as DatabaseAccess;
  const labels = { 'shipmate.backup': 'b1' };
  const toolbox = openToolbox({ config: testConfig, logger, oneShots }, access, { labels, signal });
  return { labels, logged, oneShots, removed, started, toolbox };
}

async function read(chunks: AsyncIterable<Buffer>, most = Infinity): Promise<string[]> {
  const all: string[] = [];
  for await (const chunk of chunks) if (all.push(String(chunk)) >= most) break;
  return all;
}

describe('the programs beside a server', () => {
  it('share one container, which starts with the first of them and ends with the work', async () => {
    const { labels, removed, started, toolbox } = stage();
    expect(started).toEqual([]);
    expect(await toolbox.run(tool('psql'))).toBe('psql in 1');
    expect(await read(toolbox.output(tool('pg_dump')))).toEqual(['pg_dump in 1']);
    expect(started).toEqual([{ image: 'postgres:17', network: 'shop-net', labels, seconds: 1_200 }]);
    expect(removed).toEqual([]);
    await toolbox.close();
    expect(removed).toEqual([1]);
    await toolbox.close();
    expect(removed).toEqual([1]);
  });

  it('get another container after one that failed or was given up', async () => {
    const { removed, toolbox } = stage();
    await expect(toolbox.run(tool('fails'))).rejects.toThrow('disk full');
    expect(removed).toEqual([1]);
    expect(await toolbox.run(tool('psql'))).toBe('psql in 2');
    await expect(read(toolbox.output(tool('fails')))).rejects.toThrow('disk full');
    expect(await read(toolbox.output(tool('endless')), 2)).toEqual(['endless in 3', 'endless in 3']);
    expect(removed).toEqual([1, 2, 3]);
    expect(await toolbox.run(tool('psql'))).toBe('psql in 4');
  });

  it('leave alone what came after them when they are given up late', async () => {
    const { removed, toolbox } = stage();
    const late = toolbox.output(tool('endless'))[Symbol.asyncIterator]();
    await late.next();
    await toolbox.close();
    expect(await toolbox.run(tool('psql'))).toBe('psql in 2');
    await late.return?.();
    expect(removed).toEqual([1]);
  });

  it('are not hidden by a container that cannot be removed', async () => {
    const remove = async () => {
      throw new Error('the Engine is away');
    };
    const { logged, toolbox } = stage({ remove });
    await expect(toolbox.run(tool('fails'))).rejects.toThrow('disk full');
    expect(logged).toMatchObject([{ 'shipmate.backup': 'b1', err: { message: 'the Engine is away' } }]);
    expect(await toolbox.run(tool('psql'))).toBe('psql in 2');
  });

  it('can be tried again when the container did not start', async () => {
    const { oneShots, toolbox } = stage();
    const { idle } = oneShots;
    oneShots.idle = async () => {
      throw new Error('no such network');
    };
    await expect(toolbox.run(tool('psql'))).rejects.toThrow('no such network');
    oneShots.idle = idle;
    expect(await toolbox.run(tool('psql'))).toBe('psql in 1');
  });
});
