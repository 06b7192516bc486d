import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readDelta } from './backup-store/delta/read-delta.ts';
import { unpackText } from './backup-store/pack-text.ts';
import { UsageError, UserError } from './errors.ts';

const usage = `Usage: shipmate join-backup <reference> <differences>

Makes a dump of a backup that is stored as its differences to another one, and
prints it. Both are files as restic prints them; pipes will do:

  shipmate join-backup <(restic dump <snapshot of the reference> /data) \\
    <(restic dump <snapshot> /data) | psql -d orders

Fails at the end when the dump is not what was backed up.`;

/** Needs neither the server nor its database. @throws {UserError} when the two do not make a whole dump. */
export async function joinBackup(
  args: string[],
  _env: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<void> {
  if (args.includes('--help')) return print(usage);
  const { differences, reference } = readGiven(args);
  const dump = joined(createReadStream(differences), createReadStream(reference));
  await pipeline(Readable.from(dump, { objectMode: false }), process.stdout, { end: false });
}

function readGiven(args: string[]): { reference: string; differences: string } {
  try {
    const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
    const [reference, differences, ...more] = positionals;
    if (reference === undefined || differences === undefined || more.length > 0) throw new Error('Give two files.');
    return { reference, differences };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

async function* joined(
  differences: AsyncIterable<Buffer>,
  reference: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  const hash = createHash('sha256');
  const dump = readDelta(differences, unpackText(reference));
  for (;;) {
    const next = await dump.next().catch(refuse);
    if (next.done) {
      if (hash.digest('hex') !== next.value.sha256) throw new UserError('The dump is not what was backed up.');
      return;
    }
    hash.update(next.value);
    yield next.value;
  }
}

function refuse(error: unknown): never {
  const why = error instanceof Error ? error.message : String(error);
  throw new UserError(`The two files do not make a dump: ${why}.`, { cause: error });
}
