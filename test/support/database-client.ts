import { text } from 'node:stream/consumers';
import { installationLabel } from '../../src/swarm/labels.ts';
import { docker } from './swarm-fixture.ts';
import { runName } from './test-run.ts';
import { until } from './until.ts';

/** As the clients of the engines, and the C library, say it. */
const nameUnknown = /could not translate host name|Unknown server host|Name or service not known|name resolution/;

interface Place {
  image: string;
  network: string;
  /** Folders of this machine, e.g. `/opt/lib:/lib:ro`. */
  binds?: string[];
}

/**
 * What a container of `image`, attached to the network as an application is, prints when it runs the line.
 * Swarm's DNS knows a task a moment after it is healthy: until then it is tried again, as applications do.
 */
export async function runInNetwork(place: Place, line: string, env: Record<string, string>): Promise<string> {
  const { exitCode, printed } = await until('the name in the DNS', async () => {
    const run = await runOnce(place, line, env);
    return run.exitCode !== 0 && nameUnknown.test(run.printed) ? undefined : run;
  });
  if (exitCode !== 0) throw new Error(`\`${line}\` ended with ${exitCode}: ${printed}`);
  return printed;
}

async function runOnce({ binds = [], image, network }: Place, line: string, env: Record<string, string>) {
  const container = await docker.createContainer({
    Labels: installationLabel(runName()),
    Image: image,
    Cmd: ['bash', '-c', line],
    Env: Object.entries({ PAGER: 'cat', ...env }).map(([key, value]) => `${key}=${value}`),
    HostConfig: { NetworkMode: network, Binds: binds },
    Tty: true,
  });
  try {
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    const printed = await text(output);
    const { StatusCode } = await container.wait();
    return { exitCode: Number(StatusCode), printed: printed.trim().replaceAll('\r\n', '\n') };
  } finally {
    await container.remove({ force: true, v: true });
  }
}
