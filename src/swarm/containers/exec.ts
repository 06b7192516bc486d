import { addAbortSignal } from 'node:stream';
import type Docker from 'dockerode';
import { frameReader } from '../output-frames.ts';

/** So much of the output is kept, bytes. */
const maxPrinted = 1024 ** 2;

export interface ExecResult {
  exitCode: number;
  /** The beginning of standard output and standard error, up to a megabyte. */
  output: string;
}

/**
 * Runs a command in a container on this node and waits for it to end. The Engine cannot end it: when `signal` aborts,
 * only the wait does. @throws the reason of the abort.
 */
export async function execute(
  docker: Docker,
  container: string,
  command: string[],
  input: string,
  signal?: AbortSignal,
): Promise<ExecResult> {
  const exec = await docker.getContainer(container).exec({
    Cmd: command,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  if (signal) addAbortSignal(signal, stream);
  stream.end(input);
  const read = frameReader();
  const printed: Buffer[] = [];
  let kept = 0;
  try {
    for await (const chunk of stream) {
      for (const { bytes } of read(chunk as Buffer)) {
        if (kept >= maxPrinted) continue;
        printed.push(bytes.subarray(0, maxPrinted - kept));
        kept += bytes.length;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, output: Buffer.concat(printed).toString('utf8') };
}
