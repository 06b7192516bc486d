import { executeSql, type EntityManager } from '../../database/database.ts';
import type { AppInstallation } from '../../git-hosts/host-app.ts';

/** Notes where an app is installed, as the host tells it. */
export async function storeInstallation(em: EntityManager, app: string, told: AppInstallation): Promise<void> {
  const { account, accountType, appSlug, number, permissions, selection, suspendedAt } = told;
  await executeSql(
    em,
    `insert into host_app_installations
       (id, host_app_id, number, account, account_type, selection, permissions, suspended_at)
     values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7)
     on conflict (host_app_id, number) do update set account = excluded.account, account_type = excluded.account_type,
       selection = excluded.selection, permissions = excluded.permissions, suspended_at = excluded.suspended_at,
       updated_at = now()`,
    [app, number, account, accountType, selection, JSON.stringify(permissions), suspendedAt?.toISOString() ?? null],
  );
  if (appSlug === undefined) return;
  await executeSql(em, 'update host_apps set slug = $2 where id = $1 and slug <> $2', [app, appSlug]);
}

export async function removeInstallation(em: EntityManager, app: string, number: string): Promise<void> {
  await executeSql(em, 'delete from host_app_installations where host_app_id = $1 and number = $2', [app, number]);
}
