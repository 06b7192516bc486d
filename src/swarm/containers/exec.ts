import type Docker from 'dockerode';
import { frameReader } from '../output-frames.ts';

export interface ExecResult {
  exitCode: number;
  /** Standard output and standard error. */
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
  for await (const chunk of stream) for (const { bytes } of read(chunk as Buffer)) printed.push(bytes);
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, output: Buffer.concat(printed).toString('utf8') };
}
