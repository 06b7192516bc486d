import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { UserError } from './errors.ts';
import { connectionLimits } from './handlers/http/connection-limits.ts';
import { createLocalCallers, markLocal } from './handlers/http/local-callers.ts';
import { openOwnerProofs } from './host/owner-proof.ts';
import { listenOnSocket, openTo } from './host/unix-socket.ts';
import { callersFolder, relayFolder, relaySocket, socketName } from './local-socket.ts';

/** Listens wherever Shipmate answers, until `opened` is disposed of. */
export async function listenEverywhere(
  handler: RequestListener,
  config: Pick<Config, 'dataDir' | 'host' | 'metricsAddress' | 'port' | 'publicIngress'>,
  opened: AsyncDisposableStack,
): Promise<void> {
  const server = await listen(handler, config, { variable: 'SHIPMATE_PORT', example: '8081' });
  opened.defer(() => close(server));
  if (config.metricsAddress) {
    const variable = 'SHIPMATE_METRICS_ADDRESS';
    const metrics = await listen(handler, config.metricsAddress, { variable, example: '127.0.0.1:9465' });
    opened.defer(() => close(metrics));
  }
  await listenOnMachine(handler, config.dataDir, opened);
  if (config.publicIngress) await listenToIngress(handler, config.dataDir, opened);
}

/** Where the relay of the ingress asks. It is as open as a port of the loopback interface, and vouches for nobody. */
async function listenToIngress(handler: RequestListener, dataDir: string, opened: AsyncDisposableStack): Promise<void> {
  const folder = join(dataDir, relayFolder);
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o711);
  const server = createServer(connectionLimits, handler);
  const remove = await listenOnSocket(server, join(folder, relaySocket), openTo.everybody);
  opened.defer(() => close(server));
  opened.defer(remove);
}

/** The machine's own socket in the data folder. */
async function listenOnMachine(handler: RequestListener, dataDir: string, opened: AsyncDisposableStack): Promise<void> {
  const callers = createLocalCallers(await openOwnerProofs(join(dataDir, callersFolder)));
  const server = createServer(connectionLimits, (request, response) => {
    markLocal(request, callers);
    handler(request, response);
  });
  const remove = await listenOnSocket(server, join(dataDir, socketName), openTo.ownerAndGroup);
  opened.defer(() => close(server));
  opened.defer(remove);
}

async function listen(
  handler: RequestListener,
  { host, port }: { host: string; port: number },
  { variable, example }: { variable: string; example: string },
): Promise<Server> {
  const server = createServer(connectionLimits, handler);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw taken
      ? new UserError(
          `${variable} ${port} is taken on ${host}. Stop what uses it, or choose another: ${variable}=${example}.`,
        )
      : error;
  }
  return server;
}

/** Answers that are under way are finished; idle connections are not waited for. */
async function close(server: Server): Promise<void> {
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), 5_000);
  await once(server, 'close');
  clearTimeout(cut);
}
