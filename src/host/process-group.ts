import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { readLines } from '../text-lines.ts';

/** How long programs that were asked to end may take to remove their lock files, milliseconds. */
const patienceMs = 2_000;

/** Limit of standard error that is kept, characters; keeps the end, where the failure is. */
const maxComplaint = 4_000;

/** Longest line that `hear` gets, characters; what follows is left out. */
const maxLine = 8_000;

export interface GroupRun {
  program: string;
  args: readonly string[];
  cwd: string;
  /** All of it: nothing is inherited. */
  env: Record<string, string>;
  /** Ends the program and every process that it started. */
  signal: AbortSignal;
  /** A program that prints more is ended, bytes. */
  maxOutput: number;
  /**
   * Hears each line of standard output and standard error as it comes; what it returns is waited for before more is
   * read, and what it throws ends the program. `output` is then empty (default: the output is kept).
   */
  hear?: (line: string) => unknown;
}

export interface GroupEnd {
  /** Null when a signal ended it. */
  code: number | null;
  output: string;
  /** The end of standard error; of all that `hear` got. */
  complaint: string;
  /** It was ended because it printed more than `maxOutput`. */
  tooLong: boolean;
}

/** Leaders of the groups that run, to be ended with this process. */
const leaders = new Set<number>();

/**
 * Runs a program in a process group of its own, and returns when nothing of the group is left: helpers that it started
 * (`git-remote-https`, `ssh`) end with it.
 * @throws the reason of the abort; the system's error when the program cannot be started.
 */
export async function runInGroup(run: GroupRun): Promise<GroupEnd> {
  const { program, args, cwd, env, signal } = run;
  signal.throwIfAborted();
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const group = ownGroup(child);
  const output = run.hear ? listen(child, { ...run, hear: run.hear }, group.stop) : collect(child, run, group.stop);
  signal.addEventListener('abort', group.stop);
  try {
    const [code] = (await closed) as [number | null];
    signal.throwIfAborted();
    return { code, ...(await output()) };
  } finally {
    signal.removeEventListener('abort', group.stop);
    group.close();
  }
}

function ownGroup(child: ChildProcess): { stop(): void; close(): void } {
  const { pid } = child;
  // Not started: `close` never comes, `error` does.
  if (pid === undefined) return { stop: () => undefined, close: () => undefined };
  let hard: NodeJS.Timeout | undefined;
  const stop = () => {
    signalGroup(pid, 'SIGTERM');
    hard ??= setTimeout(() => signalGroup(pid, 'SIGKILL'), patienceMs);
  };
  if (leaders.size === 0) process.on('exit', endAll);
  leaders.add(pid);
  // What outlives the leader would keep its pipes open, and so `close` from coming.
  child.once('exit', stop);
  return {
    stop,
    close() {
      clearTimeout(hard);
      signalGroup(pid, 'SIGKILL');
      leaders.delete(pid);
      if (leaders.size === 0) process.off('exit', endAll);
    },
  };
}

type Output = () => Omit<GroupEnd, 'code'> | Promise<Omit<GroupEnd, 'code'>>;

function listen(
  child: ChildProcess,
  { hear, maxOutput }: GroupRun & Required<Pick<GroupRun, 'hear'>>,
  stop: () => void,
): Output {
  let size = 0;
  let complaint = '';
  async function* counted(stream: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= maxOutput) yield chunk;
      else stop();
    }
  }
  async function read(stream: Readable): Promise<void> {
    try {
      for await (const { text } of readLines(counted(stream), maxLine)) {
        complaint = `${complaint}${text}\n`.slice(-maxComplaint);
        await hear(text);
      }
    } catch (error) {
      stop();
      throw error;
    }
  }
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const heard = Promise.all(streams.map(read));
  // Told to whoever asks for the output, once the program has ended.
  heard.catch(() => undefined);
  return async () => {
    await heard;
    return { output: '', complaint, tooLong: size > maxOutput };
  };
}

function collect(child: ChildProcess, { maxOutput }: GroupRun, stop: () => void): Output {
  const chunks: Buffer[] = [];
  let size = 0;
  let complaint = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxOutput) return void chunks.push(chunk);
    stop();
  });
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    complaint = (complaint + more).slice(-maxComplaint);
  });
  return () => ({ output: Buffer.concat(chunks).toString('utf8'), complaint, tooLong: size > maxOutput });
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // The group is gone. macOS returns EPERM for a group that only has zombies left.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

function endAll(): void {
  for (const leader of leaders) signalGroup(leader, 'SIGKILL');
}
