import type { EntityManager } from '../../database/database.ts';
import type { DumpTool, DatabaseLogin, ToolRun } from '../../database-engines/dump-tool.ts';
import type { EngineContainer } from '../../database-engines/engine-server.ts';
import type { Obstacle } from '../../database-engines/preparation.ts';
import type { Settings } from '../../database-engines/settings.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { ensureAdministrator } from '../databases/database-accounts.ts';
import { loadServer } from '../databases/database-server.ts';
import type { Deps } from '../deps.ts';

/** Where a managed database is and how to log in. */
export interface DatabaseAccess {
  /** Its project is loaded. */
  database: ManagedDatabase;
  tool: DumpTool;
  image: string;
  service: string;
  network: string;
  /** The Docker volume of its files; undefined when the database is not persistent. */
  volume: string | undefined;
  /** Who administers it, from other containers in its project's network. */
  login: DatabaseLogin;
  /** Who the application signs in as. */
  account: { user: string; password: string };
  /** Brings the accounts of the server at a host to what they are to be; undefined where there is but one. */
  settle: ((host: string) => ToolRun) | undefined;
  /** What may not be told. */
  passwords: string[];
  /** Settings of its container. */
  container: EngineContainer;
  settings: Settings;
  /** The container of a server with other settings. */
  containerWith(settings: Settings): EngineContainer;
  /** Why files of a server with those settings are no good for this one; undefined when they are. */
  obstacle(settings: Settings): Obstacle | undefined;
}

export async function accessDatabase(
  deps: Pick<Deps, 'cipher' | 'database'>,
  em: EntityManager,
  id: string,
): Promise<DatabaseAccess> {
  await ensureAdministrator(deps, id);
  const database = await em.findOneOrFail(ManagedDatabase, id, { populate: ['project'] });
  const { engine, network, server, service, volume } = await loadServer(deps, em, database);
  const { accounts } = engine;
  return {
    database,
    tool: engine.dumpTool,
    image: server.image,
    service,
    network,
    volume: volume?.name,
    login: { host: `tasks.${service}`, database: server.account.database, ...server.administrator },
    account: server.account,
    settle: accounts && ((host) => accounts.settle(server, host)),
    passwords: [server.account.password, server.administrator.password],
    container: engine.container(server),
    settings: server.settings,
    containerWith: (settings) => engine.container({ ...server, settings }),
    obstacle: (settings) => engine.preparation?.obstacle(settings, server.settings),
  };
}
