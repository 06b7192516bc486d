import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { commands } from '../../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../../src/handlers/dispatch.ts';
import { connectionLimits } from '../../../src/handlers/http/connection-limits.ts';
import { createHttp, type HttpOptions } from '../../../src/handlers/http/http.ts';
import type { Deps } from '../../../src/usecases/deps.ts';

export interface TestServer {
  url: string;
  close(): Promise<void>;
}

/** A real listening server, on a free port unless one is wanted. */
export async function listen(
  deps: Deps,
  chats: HttpOptions['chats'] = [],
  options: HttpOptions = {},
  wanted = 0,
): Promise<TestServer> {
  const server = createServer(
    connectionLimits,
    createHttp(deps, async () => createDispatcher(deps, commands), { chats, ...options }),
  );
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
