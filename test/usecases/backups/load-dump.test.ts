import { expect, it } from '@jest/globals';
import type { LiveRestore, ToolRun } from '../../../src/database-engines/dump-tool.ts';
import { dumpTool } from '../../../src/database-engines/postgresql/dump.ts';
import { loadDump } from '../../../src/usecases/backups/load-dump.ts';
import { printedBack } from '../../support/fake-backups.ts';

const live = dumpTool.restore?.({ host: 'db', user: 'root', password: 'f00dfeed', database: 'app' }) as LiveRestore;

async function* dump(whole: boolean): AsyncIterable<Buffer> {
  yield Buffer.from('create table a ();\n');
  if (!whole) throw new Error('the digest is another');
}

/** Everything that the programs are given, as far as it comes. */
async function given(data: AsyncIterable<Buffer>, prints = printedBack): Promise<{ read: string; failure: unknown }> {
  let read = '';
  async function* heard(input: AsyncIterable<Buffer> = dump(false)): AsyncIterable<Buffer> {
    for await (const part of input) {
      read += part.toString();
      yield part;
    }
  }
  const run = async (_tool: ToolRun, input?: AsyncIterable<Buffer>) => prints(heard(input));
  const failure = await loadDump(run, live, data).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { read, failure };
}

it('a whole dump takes the place of the database in the session that loaded it', async () => {
  const { failure, read } = await given(dump(true));
  expect(failure).toBeUndefined();
  expect(read).toMatch(
    /^create table a \(\);\n\n\\set ON_ERROR_STOP 1\n[^]*rename to "app";\ncommit;\n\\echo 'shipmate: in place'\n/,
  );
});

it('a dump that is not whole ends without what would put it in place', async () => {
  const { failure, read } = await given(dump(false));
  expect(failure).toMatchObject({ message: 'the digest is another' });
  expect(read).toBe('create table a ();\n');
});

it('a load that ends well without having put the dump in place has failed', async () => {
  const { failure } = await given(dump(true), async (input) => (await printedBack(input)).slice(0, 10));
  expect(failure).toMatchObject({ message: 'the end of the restored data was not understood' });
});
