import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { converse, onAbort } from './attached.ts';
import { demultiplexed } from './demultiplexed.ts';
import { answering } from './engine-errors.ts';
import type { Program } from './one-shots.ts';
import { putFiles } from './put-files.ts';
import { ProgramError } from './program-error.ts';

/** What a program prints inside a running container. @throws {ProgramError} after the last chunk, when it ends badly. */
export async function* executed(
  docker: Docker,
  container: Docker.Container,
  program: Program,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  const { exec, stream } = await begin(docker, container, program, false);
  const stop = onAbort(signal, stream);
  try {
    const complaint = yield* demultiplexed(stream);
    signal.throwIfAborted();
    await requireGoodEnd(exec, complaint);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stop();
    stream.destroy();
  }
}

/** Runs a program inside a running container with `input`. @throws {ProgramError} when it ends badly. */
export async function ran(
  docker: Docker,
  container: Docker.Container,
  program: Program,
  input: AsyncIterable<Buffer> | undefined,
  signal: AbortSignal,
): Promise<string> {
  const { exec, stream } = await begin(docker, container, program, input !== undefined);
  const stop = onAbort(signal, stream);
  try {
    const { printed, complaint } = await converse(stream, input, signal);
    await requireGoodEnd(exec, complaint);
    return printed;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stop();
    stream.destroy();
  }
}

async function begin(docker: Docker, container: Docker.Container, program: Program, stdin: boolean) {
  return answering(async () => {
    await putFiles(container, program.files);
    const exec = await container.exec({
      Cmd: [...program.command],
      Env: Object.entries(program.env).map(([key, value]) => `${key}=${value}`),
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream: Duplex = await exec.start({ hijack: true, stdin });
    return { exec, stream };
  });
}

async function requireGoodEnd(exec: Docker.Exec, complaint: string): Promise<void> {
  const { ExitCode } = await answering(() => exec.inspect());
  if (ExitCode !== 0) throw new ProgramError(ExitCode ?? -1, complaint);
}
