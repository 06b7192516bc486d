import type { EntityManager } from '../../database/database.ts';
import type { Project } from '../../entities/project.ts';
import { SharedVariable } from '../../entities/shared-variable.ts';
import type { Deps } from '../deps.ts';
import { sharedValue } from '../shared-variables/shared-values.ts';
import type { SharedValues } from '../shared-variables/shared-references.ts';

/** What a project shares, decrypted. */
export interface SharedEnvironments {
  /** Those with variables of their own, the whole project (empty) first. */
  names: string[];
  /** What an environment gets: its own shared variables before those of the whole project. */
  valuesOf(environment: string): SharedValues;
}

/** Reads all shared variables of a project at once, where `loadSharedValues` reads those of one environment. */
export async function loadSharedEnvironments(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  project: Project,
): Promise<SharedEnvironments> {
  const rows = await em.find(SharedVariable, { project }, { orderBy: { environment: 'asc', key: 'asc' } });
  const shared = rows.map((row) => [row.key, sharedValue(deps, row)] as const);
  const known = new Map<string, SharedValues>();
  return {
    names: [...new Set(['', ...rows.map((row) => row.environment)])],
    valuesOf(environment) {
      const values =
        known.get(environment) ??
        new Map(shared.filter(([, value]) => value.environment === '' || value.environment === environment));
      known.set(environment, values);
      return values;
    },
  };
}
