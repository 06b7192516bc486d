import { type EntityManager, LockMode } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';

/** Holds the application's row until the transaction ends, so that no deployment of it is requested meanwhile. */
export async function lockApplicationRow(em: EntityManager, application: Application): Promise<void> {
  await em.findOneOrFail(Application, application.id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}
