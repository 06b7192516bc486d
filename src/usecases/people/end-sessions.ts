import { type EntityManager, executeSql } from '../../database/database.ts';

/**
 * Ends every browser session of the person, and the links and codes that would begin one or link another account to
 * them: they hold the generation in which they were made. Inside the caller's transaction.
 */
export async function endSessions(em: EntityManager, userId: string): Promise<void> {
  await executeSql(em, 'update users set session_generation = session_generation + 1 where id = $1', [userId]);
}
