import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import Docker from 'dockerode';
import { removeNetwork } from '../../../src/swarm/services/network.ts';

const inUse = { message: 'rpc error: code = FailedPrecondition desc = network is in use by service' };

/** Refuses as often as it is told to. @returns how often it was asked. */
async function removing(statuses: number[], patienceMs?: number): Promise<number> {
  let asked = 0;
  const server = createServer((_request, response) => {
    response.writeHead(statuses[asked] ?? 204, { 'content-type': 'application/json' });
    response.end((statuses[asked++] ?? 204) === 204 ? undefined : JSON.stringify(inUse));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await removeNetwork(new Docker({ host: '127.0.0.1', port, protocol: 'http' }), 'shop', patienceMs);
    return asked;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('waits until a network is released, with whatever status the Engine refuses', async () => {
  expect(await removing([400, 403, 409])).toBe(4);
});

it('leaves a network that is not released in time', async () => {
  expect(await removing([400, 400], 0)).toBe(1);
});

it('takes one that is gone for removed', async () => {
  expect(await removing([404])).toBe(1);
});

it('hides no other failure', async () => {
  await expect(removing([500])).rejects.toThrow('500');
});
