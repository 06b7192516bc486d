import type { EntityManager } from '../../database/database.ts';
import { SharedVariable } from '../../entities/shared-variable.ts';
import type { Application } from '../../entities/application.ts';
import type { Deps } from '../deps.ts';
import type { SharedValue, SharedValues } from './shared-references.ts';

/** The environment of all previews. */
export const previewEnvironment = 'preview';

/** The additional data that ties a shared variable's ciphertext to its row. */
export function sharedVariableIdentity({ id }: Pick<SharedVariable, 'id'>): string {
  return `shared_variables:${id}:value`;
}

/** Whose shared variables come before those of the whole project; empty: nobody's. */
export function environmentOf({ previewOf, sourceConfig }: Pick<Application, 'previewOf' | 'sourceConfig'>): string {
  return previewOf ? previewEnvironment : (sourceConfig.environment ?? '');
}

/** What an environment of a project gets, decrypted: its own shared variables before those of the whole project. */
export async function loadSharedValues(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  { environment, project }: { project: { id: string }; environment: string },
): Promise<SharedValues> {
  const rows = await em.find(
    SharedVariable,
    { project: project.id, environment: { $in: ['', environment] } },
    { orderBy: { environment: 'asc' } },
  );
  return new Map(rows.map((row) => [row.key, sharedValue(deps, row)]));
}

export function sharedValue({ cipher }: Pick<Deps, 'cipher'>, row: SharedVariable): SharedValue {
  const value = row.isSecret ? cipher.decrypt(row.value, sharedVariableIdentity(row)) : row.value;
  return { value, isSecret: row.isSecret, environment: row.environment };
}
