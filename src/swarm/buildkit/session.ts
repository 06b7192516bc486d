import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { isMissing } from '../engine-errors.ts';
import { openControl } from './control.ts';
import { dial } from './dial.ts';
import { serveGrpc } from './grpc-server.ts';
import { type BuildServices, sessionMethods } from './services.ts';

/** A connection over which a build asks for files, logins and secrets. */
export interface Session {
  id: string;
  close(): void;
}

interface Way {
  socket: Duplex;
  close(): void;
}

/**
 * The Engine becomes the client of the gRPC server at our end of a connection.
 * @param sharedKey Sessions with the same key build from the same folder: what did not change is not sent again.
 * @throws the Engine's refusal: 404 from one that has no sessions.
 */
export async function openSession(docker: Docker, sharedKey: string, services: BuildServices): Promise<Session> {
  const id = randomUUID();
  const methods = sessionMethods(services);
  const { close, socket } = await openWay(docker, {
    'x-docker-expose-session-uuid': id,
    'x-docker-expose-session-name': 'shipmate',
    'x-docker-expose-session-sharedkey': sharedKey,
    'x-docker-expose-session-grpc-method': [...methods.keys()],
  });
  const end = serveGrpc(socket, methods);
  return {
    id,
    close() {
      end();
      close();
    },
  };
}

/** Over a request of its own, which API 1.53 deprecates, or as a call of BuildKit's API. */
async function openWay(docker: Docker, headers: Record<string, string | string[]>): Promise<Way> {
  try {
    const socket = await dial<Duplex>(docker, {
      path: '/session',
      method: 'POST',
      hijack: true,
      headers: { Upgrade: 'h2c', ...headers },
      statusCodes: {},
    });
    return { socket, close: () => socket.destroy() };
  } catch (error) {
    if (!isMissing(error)) throw error;
    const control = await openControl(docker);
    return { socket: control.tunnel('/moby.buildkit.v1.Control/Session', headers), close: control.close };
  }
}
