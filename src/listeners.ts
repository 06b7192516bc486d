import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { UserError } from './errors.ts';
import { connectionLimits } from './handlers/http/connection-limits.ts';
import { createLocalCallers, markLocal } from './handlers/http/local-callers.ts';
import { openOwnerProofs } from './host/owner-proof.ts';
import { listenOnSocket } from './host/unix-socket.ts';
import { callersFolder, socketName } from './local-socket.ts';

/** Listens wherever Shipmate answers, until `opened` is disposed of. */
export async function listenEverywhere(
  handler: RequestListener,
  config: Pick<Config, 'dataDir' | 'host' | 'metricsAddress' | 'port'>,
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
}

/** The machine's own socket in the data folder. */
async function listenOnMachine(handler: RequestListener, dataDir: string, opened: AsyncDisposableStack): Promise<void> {
  const callers = createLocalCallers(await openOwnerProofs(join(dataDir, callersFolder)));
  const server = createServer(connectionLimits, (request, response) => {
    markLocal(request, callers);
    handler(request, response);
  });
  const remove = await listenOnSocket(server, join(dataDir, socketName));
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
