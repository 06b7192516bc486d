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
      const [row] = await database.querySystem<{ value: string }>('select value from installation where name = $1', [
        name,
      ]);
      return row?.value.split(' ') ?? [];
    },
    async add(blocks) {
      const name = await nameOf();
      if (name === undefined) return;
      await database.querySystem(
        `insert into installation (name, value) values ($1, $2)
         on conflict (name) do update set value = installation.value || ' ' || excluded.value`,
        [name, blocks.join(' ')],
      );
    },
  };
}
