import type Docker from 'dockerode';
import { frameReader } from '../output-frames.ts';

/** So much of the output is kept, bytes. */
const maxPrinted = 1024 ** 2;

export interface ExecResult {
  exitCode: number;
  /** The beginning of standard output and standard error, up to a megabyte. */
  output: string;
}

/** Runs a command in a container on this node and waits for it to end. */
export async function execute(
  docker: Docker,
  container: string,
  command: string[],
  input: string,
): Promise<ExecResult> {
  const exec = await docker.getContainer(container).exec({
    Cmd: command,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  stream.end(input);
  const read = frameReader();
  const printed: Buffer[] = [];
  let kept = 0;
  for await (const chunk of stream) {
    for (const { bytes } of read(chunk as Buffer)) {
      if (kept >= maxPrinted) continue;
      printed.push(bytes.subarray(0, maxPrinted - kept));
      kept += bytes.length;
    }
  }
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, output: Buffer.concat(printed).toString('utf8') };
}
