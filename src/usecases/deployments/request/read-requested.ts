import type { EntityManager } from '../../../database/database.ts';
import { Deployment } from '../../../entities/deployment.ts';

/** The row of a deployment that this transaction requested, with its application, for the person who asked. */
export async function readRequested(em: EntityManager, { id }: Pick<Deployment, 'id'>): Promise<Deployment> {
  return em.findOneOrFail(Deployment, id, { populate: ['application.project'] });
}
