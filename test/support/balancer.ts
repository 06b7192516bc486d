import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** One address for several servers, which take turns; one that refuses connections is passed over. */
export async function startBalancer(port: number): Promise<{ ports: number[] } & AsyncDisposable> {
  const ports: number[] = [];
  const clients = new Set<Socket>();
  let turn = 0;

  function reach(client: Socket, tries: number): void {
    const target = ports[(turn += 1) % ports.length];
    if (target === undefined || tries === 0) return void client.destroy();
    const server = connect(target, '127.0.0.1');
    let reached = false;
    server.on('connect', () => {
      reached = true;
      client.pipe(server).pipe(client);
    });
    server.on('error', () => (reached ? client.destroy() : reach(client, tries - 1)));
    server.on('close', () => reached && client.destroy());
    client.on('close', () => server.destroy());
  }

  const listener = createServer((client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => clients.delete(client));
    reach(client, ports.length);
  });
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  return {
    ports,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const client of clients) client.destroy();
      await once(listener, 'close');
    },
  };
}
