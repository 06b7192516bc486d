import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { enqueueSettling } from './preview-jobs.ts';

/** Closes all previews of an application, inside the caller's transaction; jobs remove what they have. */
export async function closeAllPreviews(
  deps: Pick<Deps, 'queue'>,
  em: EntityManager,
  { id }: Pick<Application, 'id'>,
  reason: string,
): Promise<void> {
  const { rows } = await executeSql<{ id: string }>(
    em,
    `update previews set state = 'closed', reason = $2, updated_at = now()
     where application_id = $1 and state <> 'closed' returning id`,
    [id, reason],
  );
  for (const preview of rows) await enqueueSettling(deps, preview.id, em);
}

/** After a person has switched them off. What this misses is found by `sweep-previews`. */
export async function endPreviews(
  deps: Pick<Deps, 'database' | 'queue'>,
  user: Pick<User, 'id'>,
  application: Pick<Application, 'id'>,
): Promise<void> {
  await deps.database
    .asUser(user.id)
    .transactional((em) => closeAllPreviews(deps, em, application, 'previews are off'));
}
