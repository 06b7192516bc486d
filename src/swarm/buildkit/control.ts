import { connect as connectPlainly, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectWithTls } from 'node:tls';
import type Docker from 'dockerode';
import { isMissing } from '../engine-errors.ts';
import { dial } from './dial.ts';
import { type GrpcConnection, grpcOn } from './grpc-connection.ts';

/** Where `dockerode` finds the Engine; its types leave some of it out. */
interface Modem {
  getSocketPath(): Promise<string> | undefined;
  protocol: string;
  host: string;
  port: number;
  ca?: string | string[];
  cert?: string;
  key?: string;
}

/**
 * BuildKit's own API. Engines serve it behind `POST /grpc`, and those of API 1.53 and later on the socket itself, too:
 * `/grpc` is deprecated there.
 * @throws the Engine's refusal: 404 from one that has neither.
 */
export async function openControl(docker: Docker): Promise<GrpcConnection> {
  const upgraded = dial<Duplex>(docker, {
    path: '/grpc',
    method: 'POST',
    hijack: true,
    headers: { Upgrade: 'h2c' },
    statusCodes: {},
  });
  return grpcOn(await upgraded.catch((error: unknown) => openSocket(docker, error)));
}

async function openSocket(docker: Docker, refusal: unknown): Promise<Duplex> {
  const modem = docker.modem as unknown as Modem;
  // Over ssh there is no connection of our own.
  if (!isMissing(refusal) || modem.protocol === 'ssh') throw refusal;
  const path = await modem.getSocketPath();
  const { ca, cert, host, key, port, protocol } = modem;
  if (path !== undefined) return connected(connectPlainly(path), 'connect');
  if (protocol !== 'https') return connected(connectPlainly(Number(port), host), 'connect');
  const given = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return connected(connectWithTls({ host, port: Number(port), ALPNProtocols: ['h2'], ...given }), 'secureConnect');
}

async function connected(socket: Socket, event: string): Promise<Socket> {
  const { promise, reject, resolve } = Promise.withResolvers<void>();
  socket.once(event, resolve);
  socket.once('error', reject);
  await promise;
  return socket;
}
