import { type EntityManager, LockMode } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';

/** Locks the application's row until the transaction ends, so that no deployment is requested in between. */
export async function lockApplicationRow(em: EntityManager, application: Application): Promise<void> {
  await em.findOneOrFail(Application, application.id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}
