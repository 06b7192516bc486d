import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { packText } from '../../../src/backup-store/pack-text.ts';
import type { LiveRestore, ToolRun } from '../../../src/database-engines/dump-tool.ts';
import { dumpTool } from '../../../src/database-engines/postgresql/dump.ts';
import { ProgramError } from '../../../src/swarm/containers/program-error.ts';
import { type DumpData, loadDump } from '../../../src/usecases/backups/load-dump.ts';
import { printedBack } from '../../support/fake-backups.ts';

const live = dumpTool.restore?.({ host: 'db', user: 'root', password: 'f00dfeed', database: 'app' }) as LiveRestore;
const inPlace =
  /^create table a \(\);\n\n\\set ON_ERROR_STOP 1\n[^]*rename to "app";\nalter database "app" allow_connections true;\ncommit;\n\\echo 'shipmate: in place'\n/;

async function* dump(whole: boolean): AsyncIterable<Buffer> {
  yield Buffer.from('create table a ();\n');
  if (!whole) throw new Error('the digest is another');
}

/** A dump that is stored packed. What is plain of it fails unless it may be read. */
function packed(whole: boolean, mayBePlain = false): DumpData {
  async function* asStored(): AsyncIterable<Buffer> {
    yield* packText(dump(true));
    if (!whole) throw new Error('the digest is another');
  }
  return { [Symbol.asyncIterator]: () => dump(mayBePlain)[Symbol.asyncIterator](), packed: asStored() };
}

/** What the programs print, the tools that were run, and how it ended. */
async function given(data: DumpData, prints = printedBack) {
  let read = '';
  const tools: ToolRun[] = [];
  const run = async (tool: ToolRun, input?: AsyncIterable<Buffer>) => {
    tools.push(tool);
    const printed = await prints(tool, input);
    read += printed;
    return printed;
  };
  const failure = await loadDump(run, live, data).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { read, failure, tools };
}

it('a whole dump takes the place of the database in the session that loaded it', async () => {
  const { failure, read } = await given(dump(true));
  expect(failure).toBeUndefined();
  expect(read).toMatch(inPlace);
});

it('a dump that is not whole ends without what would put it in place', async () => {
  let read = '';
  const { failure } = await given(dump(false), async (_tool, input) => {
    for await (const part of input ?? []) read += part.toString();
    return read;
  });
  expect(failure).toMatchObject({ message: 'the digest is another' });
  expect(read).toBe('create table a ();\n');
});

it('a load that ends well without having put the dump in place has failed', async () => {
  const { failure } = await given(dump(true), async (tool, input) => (await printedBack(tool, input)).slice(0, 10));
  expect(failure).toMatchObject({ message: 'the end of the restored data was not understood' });
});

it('a packed dump is unpacked beside the tool that loads it, with what puts it in place', async () => {
  const { failure, read, tools } = await given(packed(true));
  expect(failure).toBeUndefined();
  expect(read).toMatch(inPlace);
  expect(tools).toEqual([
    {
      ...live.load,
      command: ['sh', '-c', expect.stringContaining('exec zstd -dcq) | "$@"'), 'sh', ...live.load.command],
    },
  ]);
});

it('a packed dump that is not whole ends without what would put it in place', async () => {
  const read: Buffer[] = [];
  const { failure } = await given(packed(false), async (_tool, input) => {
    for await (const part of input ?? []) read.push(part);
    return '';
  });
  expect(failure).toMatchObject({ message: 'the digest is another' });
  async function* kept(): AsyncIterable<Buffer> {
    yield* read;
  }
  expect(await printedBack({ command: ['zstd -d'] }, kept())).toBe('create table a ();\n');
});

it('an image that cannot unpack gets the plain dump', async () => {
  const { failure, read, tools } = await given(packed(true, true), async (tool, input) => {
    if (!tool.command.includes('sh')) return printedBack(tool, input);
    const [program = '', ...args] = tool.command;
    // As in an image without it: nothing but the shell itself is found.
    const { status } = spawnSync(`/bin/${program}`, args, { env: { PATH: '/nowhere' }, input: '' });
    throw new ProgramError(status ?? -1, '');
  });
  expect(failure).toBeUndefined();
  expect(read).toMatch(inPlace);
  expect(tools.map(({ command }) => command[0])).toEqual(['sh', 'psql']);
});

it('a load that fails otherwise is not tried again', async () => {
  const { failure, tools } = await given(packed(true, true), async () => {
    throw new ProgramError(3, 'ERROR:  the server is full');
  });
  expect(failure).toMatchObject({ message: 'ERROR:  the server is full' });
  expect(tools).toHaveLength(1);
});
