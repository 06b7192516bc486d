import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { UnavailableError } from '../errors.ts';
import { fullDisk, saysFull } from '../host/full-disk.ts';
import type { S3Config } from '../config.ts';
import { programEnvironment } from '../host/program-environment.ts';
import type { BackupRepository } from './backup-store.ts';
import { complaintOf } from './complaint.ts';

/** The store refused, is damaged or does not answer. */
export class StoreError extends UnavailableError {}

/** How long a restic that was asked to end may take to let go of its lock, milliseconds. */
const patienceMs = 5_000;
/** Of its complaints, characters: a few objects of `--json`. */
const maxComplaint = 8_000;

export interface ResticOptions {
  program: string;
  /** Cache of repeatedly read data, for remote repositories. */
  cacheDir: string;
  s3: S3Config | undefined;
}

export interface Restic {
  child: ChildProcess;
  /** Resolves when it succeeds. @throws {StoreError} with the end of its output. */
  ended: Promise<void>;
  /** Ends it, at first politely. */
  stop(): Promise<void>;
}

/** The password and the keys are in its environment, which only its own user can read. */
export function startRestic(
  { program, cacheDir, s3 }: ResticOptions,
  { location, password }: BackupRepository,
  args: readonly string[],
): Restic {
  const remote = location.startsWith('s3:');
  const child = spawn(program, ['--repo', location, ...(remote ? [] : ['--no-cache']), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: programEnvironment({
      RESTIC_PASSWORD: password,
      RESTIC_CACHE_DIR: cacheDir,
      ...(remote &&
        s3 && {
          AWS_ACCESS_KEY_ID: s3.accessKeyId,
          AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
          AWS_DEFAULT_REGION: s3.region,
        }),
    }),
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    complaint = (complaint + more).slice(-maxComplaint);
  });
  // A restic that exits early breaks the pipe; its own message says more.
  child.stdin.on('error', () => undefined);
  const closed = once(child, 'close');
  const ended = closed.then(([code, signal]: unknown[]) => {
    if (code === 0) return;
    if (!remote && saysFull(complaint)) throw fullDisk(location);
    throw new StoreError(complaintOf(complaint, code ?? signal));
  });
  // Whoever waits for it hears of it; nobody has to.
  ended.catch(() => undefined);
  return {
    child,
    ended,
    async stop() {
      child.kill('SIGINT');
      const hard = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      child.stdout.destroy();
      // Its input stays open until it has ended: to restic, an input that ends is whole, and would be stored.
      await closed.catch(() => undefined);
      clearTimeout(hard);
      child.stdin.destroy();
    },
  };
}

/** Runs it to its end. @returns what it printed. */
export async function restic(
  options: ResticOptions,
  repository: BackupRepository,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const running = startRestic(options, repository, args);
  const abort = () => void running.stop();
  signal.addEventListener('abort', abort);
  try {
    running.child.stdin?.end();
    const printed = running.child.stdout ? await text(running.child.stdout) : '';
    await running.ended;
    return printed;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
