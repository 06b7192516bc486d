import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range from which Linux takes ports for outgoing connections (32768 to 60999), and that Swarm publishes ports from. */
const range = [20_000, 30_000] as const;

/** A random TCP port that is free on all addresses. Nobody else asks the system for one of this range. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...range);
    const server = createServer();
    const outcome = await new Promise((resolve) => {
      server.once('error', resolve).listen(port, '127.0.0.1', () => resolve('free'));
    });
    if (outcome !== 'free') continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
