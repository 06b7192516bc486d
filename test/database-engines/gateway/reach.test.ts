import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { reach } from '../../../src/database-engines/gateway/reach.ts';

it('soon notices that a server is gone, whose node went away with it', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const reached = await reach({ host: 'tasks.db', port }, async () => ['127.0.0.1']);
  try {
    expect(await nextSignOfLife(reached.localPort ?? 0, port)).toBeLessThanOrEqual(60);
  } finally {
    reached.destroy();
    server.close();
    await once(server, 'close');
  }
});

it.each([
  ['ENOTFOUND', 'the database has no task that is healthy'],
  ['ENODATA', 'the database has no task that is healthy'],
  ['ETIMEOUT', 'Swarm’s DNS does not answer'],
])('says what %s of DNS means', async (code, meaning) => {
  const resolve = async () => Promise.reject(Object.assign(new Error(`queryA ${code} tasks.db`), { code }));
  await expect(reach({ host: 'tasks.db', port: 5432 }, resolve)).rejects.toThrow(meaning);
});

it('does not take this machine for a database without an address', async () => {
  const reached = reach({ host: 'tasks.db', port: 5432 }, async () => []);
  await expect(reached).rejects.toThrow('the database has no task that is healthy');
});

/** Seconds until the kernel asks the other side whether it is there. @see man 5 proc_net_tcp */
async function nextSignOfLife(from: number, to: number): Promise<number> {
  const ends = [from, to].map((port) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`);
  const connections = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const found = connections.find(
    ([, local = '', remote = '']) => local.endsWith(ends[0] ?? '') && remote.endsWith(ends[1] ?? ''),
  );
  const [kind, when = ''] = found?.[5]?.split(':') ?? [];
  expect(kind).toBe('02');
  return Number.parseInt(when, 16) / 100;
}
