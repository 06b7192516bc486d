import type { Deps } from '../deps.ts';
import type { SharedSettings } from './shared-settings.ts';

/** The replicas that are registered are values of the installation under these names. */
const prefix = 'replica:';

/** Name of the lease that a replica holds as long as it lives. */
export function replicaLease(id: string): string {
  return `${prefix}${id}`;
}

export async function storeReplica({ database }: Pick<Deps, 'database'>, id: string, settings: SharedSettings) {
  await database.querySystem(
    `insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`,
    [replicaLease(id), JSON.stringify(settings)],
  );
}

export async function removeReplica({ database }: Pick<Deps, 'database'>, id: string): Promise<void> {
  await database.querySystem('delete from installation where name = $1', [replicaLease(id)]);
}

/** Every other replica that lives. Rows of dead ones are removed: their lease ended with them. */
export async function otherReplicas(
  { database, leases }: Pick<Deps, 'database' | 'leases'>,
  own: string,
): Promise<SharedSettings[]> {
  const rows = await database.querySystem<{ name: string; value: string }>(
    `select name, value from installation where name like '${prefix}%' and name <> $1 order by name`,
    [replicaLease(own)],
  );
  const living: SharedSettings[] = [];
  for (const { name, value } of rows) {
    if (await leases.isHeld(name)) living.push(JSON.parse(value) as SharedSettings);
    else await removeReplica({ database }, name.slice(prefix.length));
  }
  return living;
}
