import { text } from 'node:stream/consumers';
import { docker } from './swarm-fixture.ts';

/** What a container of `image`, attached to the network as an application is, prints when it runs the line. */
export async function runInNetwork(
  { image, network }: { image: string; network: string },
  line: string,
  env: Record<string, string>,
): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['bash', '-c', line],
    Env: Object.entries({ PAGER: 'cat', ...env }).map(([key, value]) => `${key}=${value}`),
    HostConfig: { NetworkMode: network },
    Tty: true,
  });
  try {
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    const printed = await text(output);
    const { StatusCode } = await container.wait();
    if (StatusCode !== 0) throw new Error(`\`${line}\` ended with ${StatusCode}: ${printed}`);
    return printed.trim().replaceAll('\r\n', '\n');
  } finally {
    await container.remove({ force: true, v: true });
  }
}
