import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Config } from '../config.ts';
import { feedProgram } from '../host/feed-program.ts';
import { findProgram } from '../host/find-program.ts';
import type { BackupStore, BackupRepository, StoredData } from './backup-store.ts';
import { removeObjects } from './remove-objects.ts';
import { restic, type ResticOptions, startRestic, StoreError } from './run-restic.ts';

export { StoreError } from './run-restic.ts';

/** How long removing what must not be kept may take, milliseconds. */
const forgetMs = 60_000;
const summaryMark = '"message_type":"summary"';

interface StoreOptions {
  dataDir: string;
  s3: S3Config | undefined;
}

/** Backups in restic repositories. Finds or fetches restic on first use. */
export function resticStore({ dataDir, s3 }: StoreOptions): BackupStore {
  let program: Promise<string> | undefined;

  async function options(): Promise<ResticOptions> {
    program ??= findProgram('restic', join(dataDir, 'programs'));
    try {
      return { program: await program, cacheDir: join(dataDir, 'restic-cache'), s3 };
    } catch (error) {
      program = undefined;
      throw error;
    }
  }

  const run = async (repository: BackupRepository, args: readonly string[], signal: AbortSignal) =>
    restic(await options(), repository, args, signal);

  return {
    async open(repository, signal) {
      // One call, since each derives the key from the password, which deliberately takes half a second.
      if (await exists(run(repository, ['unlock', '--remove-all'], signal))) return;
      await run(repository, ['init', '--repository-version', '2'], signal);
    },
    async write(repository, entry, data, signal) {
      return write(await options(), repository, entry, data, signal);
    },
    async *read(repository, snapshot, name, signal) {
      yield* read(await options(), repository, [snapshot, `/${name}`], signal);
    },
    async find(repository, tag, signal) {
      const printed = await run(repository, ['snapshots', '--json', ...(tag ? ['--tag', tag] : [])], signal);
      const found = JSON.parse(printed) as { id: string }[] | null;
      return (found ?? []).map(({ id }) => id);
    },
    async list(repository, tag, signal) {
      const printed = await run(repository, ['snapshots', '--json', '--tag', tag], signal);
      const found = (JSON.parse(printed) ?? []) as { id: string; time: string; paths: string[] }[];
      found.sort((one, other) => Date.parse(one.time) - Date.parse(other.time));
      return found.map(({ id, paths: [path = ''] }) => ({ name: path.replace(/^\//, ''), snapshot: id }));
    },
    async drop(repository, snapshot, signal) {
      await run(repository, ['forget', snapshot], signal);
    },
    async forget(repository, snapshots, signal) {
      const present = await this.find(repository, undefined, signal);
      const gone = present.filter((id) => snapshots.some((wanted) => id.startsWith(wanted)));
      if (gone.length > 0) await run(repository, ['forget', ...gone], signal);
      await run(repository, ['prune'], signal);
    },
    async check(repository, percent, signal) {
      await run(repository, ['check', `--read-data-subset=${percent}%`], signal);
    },
    async size(repository, signal) {
      const { total_size: bytes } = JSON.parse(
        await run(repository, ['stats', '--mode', 'raw-data', '--json'], signal),
      ) as { total_size: number };
      return bytes;
    },
    async destroy(location) {
      if (!location.startsWith('s3:')) await rm(location, { recursive: true, force: true });
      else if (s3) await removeObjects(s3, location);
      else throw new StoreError(`Shipmate no longer has an S3 bucket configured, so it cannot delete \`${location}\`.`);
    },
  };
}

/** False when there is no repository; every other refusal is one. */
async function exists(look: Promise<string>): Promise<boolean> {
  try {
    await look;
    return true;
  } catch (error) {
    if (error instanceof StoreError && /Is there a repository at the following location/.test(error.message)) {
      return false;
    }
    throw error;
  }
}

async function write(
  options: ResticOptions,
  repository: BackupRepository,
  { name, tag }: { name: string; tag: string },
  data: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<StoredData> {
  signal.throwIfAborted();
  const args = ['backup', '--stdin', '--stdin-filename', name, '--tag', tag, '--host', 'shipmate', '--json'];
  const running = startRestic(options, repository, args);
  const { stdin, stdout } = running.child;
  if (!stdin || !stdout) throw new Error('restic was started without pipes');
  let printed = '';
  stdout.setEncoding('utf8').on('data', (more: string) => {
    printed = (printed + more).slice(-64 * 1024);
  });
  let fed = 0;
  let whole = false;
  async function* counted(): AsyncIterable<Buffer> {
    for await (const chunk of data) {
      fed += chunk.length;
      yield chunk;
    }
    whole = true;
  }
  try {
    await feedProgram(stdin, counted(), running.ended, signal);
    signal.throwIfAborted();
    // restic from 0.17 on would keep an empty snapshot.
    if (whole && fed === 0) throw new StoreError('There is nothing to store: the backup is empty.');
    // Only now is what came the whole: an input that ends is stored.
    stdin.end();
    await running.ended;
    return summaryOf(printed);
  } catch (error) {
    await running.stop();
    await forgetKept(options, repository, printed);
    signal.throwIfAborted();
    throw error;
  }
}

/** restic ends with code 3 and keeps a snapshot when it could not read all of its input. */
async function forgetKept(options: ResticOptions, repository: BackupRepository, printed: string): Promise<void> {
  if (!printed.includes(summaryMark)) return;
  const { snapshot } = summaryOf(printed);
  await restic(options, repository, ['forget', snapshot], AbortSignal.timeout(forgetMs));
}

function summaryOf(printed: string): StoredData {
  const line = printed.split('\n').findLast((one) => one.includes(summaryMark));
  if (line === undefined) throw new StoreError('The backup store did not report what it stored.');
  const summary = JSON.parse(line) as { snapshot_id: string; data_added: number; data_added_packed?: number };
  return { snapshot: summary.snapshot_id, addedBytes: summary.data_added_packed ?? summary.data_added };
}

async function* read(
  options: ResticOptions,
  repository: BackupRepository,
  what: readonly string[],
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  signal.throwIfAborted();
  const running = startRestic(options, repository, ['dump', ...what]);
  const abort = () => void running.stop();
  signal.addEventListener('abort', abort);
  try {
    running.child.stdin?.end();
    for await (const chunk of running.child.stdout ?? []) yield chunk as Buffer;
    signal.throwIfAborted();
    await running.ended;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    await running.stop();
  }
}
