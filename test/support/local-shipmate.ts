import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import { createHttp } from '../../src/handlers/http/http.ts';
import { listenEverywhere } from '../../src/listeners.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import { freePort } from '../../scripts/support/free-port.ts';

export interface LocalShipmate {
  dataDir: string;
  url: string;
  /** Ends the listeners and begins new ones, as a restart does. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Everything that listens, on a socket and a port of its own, without what works in the background. */
export async function openLocalShipmate(deps: Deps): Promise<LocalShipmate> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shipmate-local-'));
  const port = await freePort();
  const handler = createHttp(deps, async () => createDispatcher(deps, commands));
  let opened = new AsyncDisposableStack();
  const open = () =>
    listenEverywhere(
      handler,
      { dataDir, host: '127.0.0.1', port, metricsAddress: undefined, publicIngress: false },
      opened,
    );
  await open();
  return {
    dataDir,
    url: `http://127.0.0.1:${port}`,
    async restart() {
      await opened.disposeAsync();
      opened = new AsyncDisposableStack();
      await open();
    },
    async close() {
      await opened.disposeAsync();
      await rm(dataDir, { recursive: true });
    },
  };
}
