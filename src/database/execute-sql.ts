import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery, type ControlledTransaction } from 'kysely';

/**
 * Runs SQL with `$1` placeholders in the entity manager's open transaction, or in one of its own, under the
 * entity manager's role. Timestamps come back as PostgreSQL writes them (text), not as `Date`.
 * @throws {UniqueConstraintViolationException} and the ORM's other driver exceptions.
 */
export async function executeSql<Row = Record<string, unknown>>(
  em: EntityManager,
  text: string,
  values: readonly unknown[] = [],
): Promise<{ rows: Row[] }> {
  const transaction = em.getTransactionContext<ControlledTransaction<unknown>>();
  if (!transaction) return em.transactional((inner) => executeSql<Row>(inner, text, values));
  try {
    const { rows } = await transaction.executeQuery<Row>(CompiledQuery.raw(text, [...values]) as CompiledQuery<Row>);
    return { rows };
  } catch (error) {
    throw em
      .getPlatform()
      .getExceptionConverter()
      .convertException(error as Error);
  }
}
