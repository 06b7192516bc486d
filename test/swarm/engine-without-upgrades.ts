import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { dial } from '../../src/swarm/buildkit/dial.ts';
import { connectDocker } from '../../src/swarm/dockerode.ts';

export interface EngineWithoutUpgrades extends AsyncDisposable {
  docker: Docker;
  /** What it answered 404 to, e.g. `POST /session`. */
  refused: string[];
  /** Connections on which it spoke gRPC at once. */
  direct(): number;
}

/**
 * The Engine of the tests as a later one: gRPC on the socket itself, and neither `/session` nor `/grpc`, which API 1.53
 * announces.
 */
export async function engineWithoutUpgrades(engine: Docker): Promise<EngineWithoutUpgrades> {
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  let direct = 0;
  const http = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    if (/^\/(session|grpc)/.test(request.url ?? '')) {
      refused.push(line);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"page not found"}');
      return;
    }
    void addressOf(engine).then((address) => {
      const { headers, method, url } = request;
      const passed = send({ ...address, headers, method, path: url }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      passed.on('error', () => response.destroy());
      response.on('close', () => passed.destroy());
      request.pipe(passed);
    });
  });
  // Without a listener Node takes a request to upgrade for one without.
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      if (first.toString('latin1').startsWith('PRI * HTTP/2')) {
        direct += 1;
        void tunnel(engine, socket);
      } else {
        http.emit('connection', socket);
        process.nextTick(() => socket.resume());
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    docker: connectDocker(`tcp://127.0.0.1:${port}`),
    refused,
    direct: () => direct,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function addressOf(engine: Docker): Promise<object> {
  const modem = engine.modem as unknown as { getSocketPath(): Promise<string> | undefined; host: string; port: number };
  const socketPath = await modem.getSocketPath();
  return socketPath === undefined ? { host: modem.host, port: modem.port } : { socketPath };
}

async function tunnel(engine: Docker, socket: Socket): Promise<void> {
  const headers = { Upgrade: 'h2c' };
  const call = { path: '/grpc', method: 'POST', hijack: true, headers, statusCodes: {} } as const;
  const upgraded = await dial<Duplex>(engine, call);
  upgraded.on('error', () => socket.destroy());
  upgraded.on('close', () => socket.destroy());
  socket.on('close', () => upgraded.destroy());
  socket.pipe(upgraded).pipe(socket);
}
