import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createGateway } from './gateway.ts';
import { createRestServer } from './rest.ts';
import { createWorld } from './world.ts';

/** Discord on loopback: its REST API and its gateway, with the limits that it documents. */
export async function startDiscord() {
  const world = createWorld();
  const server = createRestServer(world, () => `ws://127.0.0.1:${port()}/gateway`);
  const gateway = createGateway(world, server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = () => (server.address() as AddressInfo).port;
  return {
    world,
    gateway,
    apiUrl: `http://127.0.0.1:${port()}/api`,
    /** Where it keeps what people upload. */
    cdn: `http://127.0.0.1:${port()}`,
    /** Closes the connections that clients keep, as a platform does now and then. */
    closeKept: () => server.closeAllConnections(),
    async close() {
      await gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
