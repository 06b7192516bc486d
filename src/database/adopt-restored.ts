import { withOwner } from './owner-connection.ts';

/**
 * Gives a restored Shipmate the id of the one that the backup is of, so that it serves that one's services.
 * @returns false when none was restored into this database.
 */
export async function adoptRestored(databaseUrl: string): Promise<boolean> {
  return withOwner(databaseUrl, async (client) => {
    const { rows: known } = await client.query(`select where to_regclass('public.installation') is not null`);
    if (known.length === 0) return false;
    const { rowCount } = await client.query(`
      with gone as (delete from installation where name = 'restored_from' returning value)
      update installation set value = gone.value from gone where name = 'id'`);
    return rowCount === 1;
  });
}
