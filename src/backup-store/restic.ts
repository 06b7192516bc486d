import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Config } from '../config.ts';
import { recordContents } from '../host/data-manifest.ts';
import { feedProgram } from '../host/feed-program.ts';
import { findProgram } from '../host/find-program.ts';
import type { BackupStore, BackupRepository, StoredData, StoredEntry } from './backup-store.ts';
import { removeObjects } from './remove-objects.ts';
import { restic, type ResticOptions, startRestic, StoreError } from './run-restic.ts';

export { StoreError } from './run-restic.ts';

/** How long removing what must not be kept may take, milliseconds. */
const forgetMs = 60_000;
/** Readers need no lock: nothing that somebody reads is deleted. With one, they would hinder who adds to the repository. */
const withoutLock = ['--no-lock'];
const orderMark = 'order:';
const referenceMark = 'reference:';
const summaryMark = '"message_type":"summary"';

/** A snapshot as restic lists it. */
interface Listed {
  id: string;
  time: string;
  paths: string[];
  tags?: string[];
}

interface StoreOptions {
  dataDir: string;
  s3: S3Config | undefined;
}

type Run = (repository: BackupRepository, args: readonly string[], signal: AbortSignal) => Promise<string>;

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

  const run: Run = async (repository, args, signal) => restic(await options(), repository, args, signal);

  return {
    async create(repository, signal) {
      if (await unlocked(run, repository, signal)) return;
      await run(repository, ['init', '--repository-version', '2'], signal);
      await recordContents(dataDir);
    },
    async open(repository, signal) {
      if (!(await unlocked(run, repository, signal))) throw missingRepository(repository);
    },
    async write(repository, entry, data, signal) {
      try {
        return await write(await options(), repository, entry, data, signal);
      } catch (error) {
        // The next attempt finds no lock of a process that was killed.
        if (isLocked(error)) await run(repository, ['unlock'], signal);
        throw error;
      }
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
      const printed = await run(repository, [...withoutLock, 'snapshots', '--json', '--tag', tag], signal);
      const found = (JSON.parse(printed) ?? []) as Listed[];
      return found.sort(inOrder).map(({ id, paths: [path = ''] }) => ({ name: path.replace(/^\//, ''), snapshot: id }));
    },
    async drop(repository, snapshots, signal) {
      await run(repository, ['forget', ...snapshots], signal);
    },
    async forget(repository, snapshots, signal) {
      const present = await this.find(repository, undefined, signal);
      const gone = present.filter((id) => snapshots.some((wanted) => id.startsWith(wanted)));
      if (gone.length > 0) await run(repository, ['forget', ...gone], signal);
      await run(repository, ['prune'], signal);
    },
    async check(repository, percent, signal) {
      const look = () => run(repository, [...withoutLock, 'check', `--read-data-subset=${percent}%`], signal);
      // What was added while it looked may have seemed to lack something.
      await look().catch(look);
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
      await recordContents(dataDir);
    },
  };
}

/**
 * Removes stale locks. One call, since each derives the key from the password, which deliberately takes half a second.
 * @returns false when there is no repository; every other refusal is thrown.
 */
async function unlocked(run: Run, repository: BackupRepository, signal: AbortSignal): Promise<boolean> {
  try {
    await run(repository, ['unlock', '--remove-all'], signal);
    return true;
  } catch (error) {
    if (error instanceof StoreError && /Is there a repository at the following location/.test(error.message)) {
      return false;
    }
    throw error;
  }
}

function missingRepository({ location }: BackupRepository): StoreError {
  return new StoreError(
    `There is no backup repository in ${location}, where backups were stored. Bring the folder or bucket back; if it is ` +
      'lost for good, make an empty one with `restic init` and what `db key` shows, then `db backup --type full`.',
  );
}

function isLocked(error: unknown): boolean {
  return error instanceof StoreError && /already locked/.test(error.message);
}

function inOrder(one: Listed, other: Listed): number {
  const order = ({ tags = [] }: Listed) => tags.find((tag) => tag.startsWith(orderMark)) ?? '';
  if (order(one) !== order(other)) return order(one) < order(other) ? -1 : 1;
  return Date.parse(one.time) - Date.parse(other.time);
}

async function write(
  options: ResticOptions,
  repository: BackupRepository,
  { name, order, packed = false, reference, tag }: StoredEntry,
  data: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<StoredData> {
  signal.throwIfAborted();
  const tags = [tag];
  if (order !== undefined) tags.push(`${orderMark}${order}`);
  if (reference !== undefined) tags.push(`${referenceMark}${reference}`);
  const args = ['backup', '--stdin', '--stdin-filename', name, '--tag', tags.join(','), '--host', 'shipmate', '--json'];
  if (packed) args.push('--compression', 'off');
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
  const running = startRestic(options, repository, [...withoutLock, 'dump', ...what]);
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
