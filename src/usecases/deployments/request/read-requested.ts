import type { EntityManager } from '../../../database/database.ts';
import { Deployment } from '../../../entities/deployment.ts';

/** Reads back a deployment that this transaction requested, with its application. */
export async function readRequested(em: EntityManager, { id }: Pick<Deployment, 'id'>): Promise<Deployment> {
  return em.findOneOrFail(Deployment, id, { populate: ['application.project'] });
}
