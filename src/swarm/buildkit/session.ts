import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type Docker from 'dockerode';
import { dial } from './dial.ts';
import { type BuildServices, sessionServices } from './services.ts';

/** A connection over which a build asks for files, logins and secrets. */
export interface Session {
  id: string;
  close(): void;
}

/**
 * The Engine takes over the connection of a request and becomes the client of the gRPC server at our end of it.
 * @param sharedKey Sessions with the same key build from the same folder: what did not change is not sent again.
 * @throws the Engine's refusal: 404 from one that has no sessions.
 */
export async function openSession(docker: Docker, sharedKey: string, services: BuildServices): Promise<Session> {
  const id = randomUUID();
  const offered = sessionServices(services);
  const methods = offered.flatMap(({ definition }) => Object.values(definition).map(({ path }) => path));
  const socket = await dial<Duplex>(docker, {
    path: '/session',
    method: 'POST',
    hijack: true,
    headers: {
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'shipmate',
      'X-Docker-Expose-Session-Sharedkey': sharedKey,
      'X-Docker-Expose-Session-Grpc-Method': methods,
    },
    statusCodes: {},
  });
  const server = new Server();
  for (const { definition, implementation } of offered) server.addService(definition, implementation);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  injector.injectConnection(socket);
  return {
    id,
    close() {
      injector.destroy();
      server.forceShutdown();
      socket.destroy();
    },
  };
}
