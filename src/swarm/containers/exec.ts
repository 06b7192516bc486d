import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';

export interface ExecResult {
  exitCode: number;
  /** Standard output and standard error. */
  output: string;
}

/** Runs a command in a container of this node and waits for its end. */
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
  const output = new PassThrough();
  docker.modem.demuxStream(stream, output, output);
  stream.on('end', () => output.end());
  stream.on('error', (error) => output.destroy(error));
  stream.end(input);
  const printed = await text(output);
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, output: printed };
}
