import { Domain } from '../../entities/domain.ts';
import type { ManagedDatabase } from '../../entities/managed-database.ts';
import type { Deps } from '../deps.ts';
import { actor } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import type { DatabaseRequest } from './control-database.ts';
import { loadServer } from './database-server.ts';
import { databaseName, findDatabase } from './find-database.ts';

interface Credentials {
  database: ManagedDatabase;
  connectionUrl: string;
  /** From outside the swarm, one for each domain. */
  outside: string[];
}

/** The connection string, for people who may change the database, or could if it were no preview's. Each read is audited. */
export async function readCredentials(deps: Deps, request: DatabaseRequest): Promise<Credentials> {
  const access = { user: request.user, intent: 'change', ofPreviews: true } as const;
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const database = await findDatabase(em, request.name, access);
    const { connectionUrl, engine, server } = await loadServer(deps, em, database);
    const domains = await em.find(
      Domain,
      { targetType: 'database', targetId: database.id },
      { orderBy: { port: 'asc' } },
    );
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'database.read_credentials',
      resourceType: 'database',
      resourceId: database.id,
      details: { name: databaseName(database) },
    });
    const outside = domains.map(({ domain, port }) =>
      engine.outside.connectionUrl(server.account, domain, port ?? engine.port),
    );
    return { database, connectionUrl, outside };
  });
}
