import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Docker from 'dockerode';
import { expect, it } from '@jest/globals';
import { watchChanges } from '../../../src/swarm/services/changes.ts';

/** An Engine that says these lines as its events, and no more. */
async function engineSaying(lines: string[]) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(`${lines.join('\n')}\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    docker: new Docker({ host: '127.0.0.1', port, protocol: 'http' }),
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const event = (attributes: Record<string, string>) => JSON.stringify({ Actor: { Attributes: attributes } });
const minute = 60_000;

it.each([
  ['of the service', event({ name: 'web' })],
  ['of a container of the service', event({ 'com.docker.swarm.service.name': 'web' })],
  ['that is longer than any', event({ name: 'x'.repeat(2 * 1024 ** 2) })],
])('an event %s is a reason to look', async (_, line) => {
  using engine = await engineSaying([event({ name: 'other' }), line]);
  await using changes = await watchChanges(engine.docker, 'web', AbortSignal.timeout(minute));
  await expect(changes.next(10 * minute)).resolves.toBeUndefined();
});
