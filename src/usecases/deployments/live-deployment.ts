import type { EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { Deployment } from '../../entities/deployment.ts';

/** The deployment whose version is live, according to the database. */
export async function findLive(em: EntityManager, application: Application): Promise<Deployment | undefined> {
  const newest = { orderBy: { startedAt: 'desc' }, limit: 1 } as const;
  const [live] = await em.find(Deployment, { application, status: 'success' }, newest);
  return live;
}
