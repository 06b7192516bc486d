import { readValues, writeValue } from '../../database/installation.ts';
import type { Deps } from '../../usecases/deps.ts';

/** Whether Discord has refused Components V2, kept beyond the process. */
export interface RefusedComponents {
  read(): Promise<boolean>;
  remember(): Promise<void>;
}

/** Kept in the database, for each application of Discord. */
export function refusedComponentsOf({ database }: Pick<Deps, 'database'>, applicationId: string): RefusedComponents {
  const name = `discord_refused_components:${applicationId}`.slice(0, 50);
  return {
    read: async () => (await database.asSystem().transactional(readValues)).has(name),
    remember: () => database.asSystem().transactional((em) => writeValue(em, name, 'components_v2')),
  };
}
