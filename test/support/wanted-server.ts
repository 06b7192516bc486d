import type { Account, EngineServer, Server } from '../../src/database-engines/engine-server.ts';

/** The password of every server that `wantedServer` describes. */
export const password = 'f00dfeed';

/** A server of the engine's default version, with the account of a new one. */
export function wantedServer(engine: EngineServer, over: Partial<Server> = {}): Server {
  const version = engine.defaultVersion;
  const account: Account = { ...engine.owner, password };
  return {
    image: engine.image(version),
    version,
    account,
    administrator: account,
    settings: {},
    persistent: true,
    ...over,
  };
}
