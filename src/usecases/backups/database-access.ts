import type { EntityManager } from '../../database/database.ts';
import type { DumpTool, DatabaseLogin } from '../../database-engines/dump-tool.ts';
import type { EngineContainer } from '../../database-engines/engine-server.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
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
  /** Login from other containers in its project's network. */
  login: DatabaseLogin;
  /** Settings of its container. */
  container: EngineContainer;
}

export async function accessDatabase(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  id: string,
): Promise<DatabaseAccess> {
  const database = await em.findOneOrFail(ManagedDatabase, id, { populate: ['project'] });
  const { engine, network, server, service, volume } = await loadServer(deps, em, database);
  return {
    database,
    tool: engine.dumpTool,
    image: server.image,
    service,
    network,
    volume: volume?.name,
    login: { host: `tasks.${service}`, ...server.account },
    container: engine.container(server),
  };
}
