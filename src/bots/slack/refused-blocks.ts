import { executeSql } from '../../database/database.ts';
import { readValues, writeValue } from '../../database/installation.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { RefusedBlocks } from './looks.ts';

/**
 * Kept in the database, for each workspace.
 * @param team Which one it is; undefined while Slack does not tell, and then nothing is kept.
 */
export function refusedBlocksOf(
  { database }: Pick<Deps, 'database'>,
  team: () => Promise<string | undefined>,
): RefusedBlocks {
  const nameOf = async () => {
    const id = await team();
    return id === undefined ? undefined : `slack_refused_blocks:${id}`.slice(0, 50);
  };
  return {
    async read() {
      const name = await nameOf();
      if (name === undefined) return [];
      const values = await database.asSystem().transactional(readValues);
      return values.get(name)?.split(' ') ?? [];
    },
    async add(parts) {
      const name = await nameOf();
      if (name === undefined) return;
      await database.asSystem().transactional(async (em) => {
        // Another process may learn of another part at the same time.
        await executeSql(em, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
        const known = (await readValues(em)).get(name)?.split(' ') ?? [];
        await writeValue(em, name, [...new Set([...known, ...parts])].join(' '));
      });
    },
  };
}
