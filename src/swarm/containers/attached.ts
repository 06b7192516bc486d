import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { feedProgram } from '../../host/feed-program.ts';
import { upToEndMark, withEndMark } from './end-mark.ts';
import { standardOutput } from './standard-output.ts';
import { answering, asUnavailable, EngineAwayError } from '../engine-errors.ts';
import type { Program } from './one-shot.ts';
import { ProgramError } from './program-error.ts';
import { putFiles } from './put-files.ts';

/** Limit of unstreamed program output that is kept, bytes. */
const maxPrinted = 1024 * 1024;
/** How often, and after how many milliseconds each time, the Engine is asked for the exit code of a program that has ended. */
const endTries = 600;
const endPollMs = 50;

/** A program of the Engine that this process is connected to. */
export interface Attached {
  /** Its standard input and output. */
  stream: Duplex;
  /** Undefined when connecting has already started it. */
  start?: () => Promise<unknown>;
  /** Resolves once it has ended. */
  exitCode(): Promise<number>;
}

/** Attaches to the program of a created container. */
export function ofContainer(container: Docker.Container, stdin: boolean): Promise<Attached> {
  const options = { stream: true, stdout: true, stderr: true, stdin, hijack: true };
  return answering(async () => ({
    stream: (await container.attach(options)) as unknown as Duplex,
    start: () => container.start(),
    exitCode: async () => ((await container.wait()) as { StatusCode: number }).StatusCode,
  }));
}

/** Attaches to another program inside a running container. */
export function inContainer(container: Docker.Container, program: Program, stdin: boolean): Promise<Attached> {
  return answering(async () => {
    await putFiles(container, program.files);
    const exec = await container.exec({
      Cmd: withEndMark(program.command),
      Env: Object.entries(program.env).map(([key, value]) => `${key}=${value}`),
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin });
    return { stream, exitCode: () => exitCodeOf(exec) };
  });
}

/** The connection ends with the program's output, which is before the Engine has learnt that the program ended. */
async function exitCodeOf(exec: Docker.Exec): Promise<number> {
  for (let tries = 0; tries < endTries; tries += 1) {
    const { ExitCode, Running } = await exec.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    await delay(endPollMs);
  }
  throw new EngineAwayError('Docker does not say how a program ended. Check the Docker Engine.');
}

/**
 * Streams a program's output. @throws {ProgramError} after the last chunk, when it fails; {UnavailableError} when the
 * connection ended before the program did.
 */
export async function* output(program: Attached, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  const { exitCode, start, stream } = program;
  const cut = () => stream.destroy();
  signal.addEventListener('abort', cut);
  try {
    signal.throwIfAborted();
    if (start) await answering(start);
    const complaint = yield* upToEndMark(standardOutput(stream));
    signal.throwIfAborted();
    const code = await answering(exitCode);
    if (code !== 0) throw new ProgramError(code, complaint);
  } catch (error) {
    signal.throwIfAborted();
    throw asUnavailable(error);
  } finally {
    signal.removeEventListener('abort', cut);
    stream.destroy();
  }
}

/** Feeds a program until it ends. @returns the start of its output. @throws {ProgramError} when it fails. */
export async function run(
  program: Attached,
  input: AsyncIterable<Buffer> | undefined,
  signal: AbortSignal,
): Promise<string> {
  const hearing = beginning(output(program, signal));
  hearing.catch(() => undefined);
  try {
    if (input) {
      await feedProgram(program.stream, input, hearing);
      program.stream.end();
    }
    return await hearing;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    program.stream.destroy();
  }
}

async function beginning(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let kept = 0;
  for await (const chunk of chunks) {
    if (kept > maxPrinted) continue;
    parts.push(chunk);
    kept += chunk.length;
  }
  return Buffer.concat(parts).toString('utf8');
}
