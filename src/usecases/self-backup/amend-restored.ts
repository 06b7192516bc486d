import { randomUUID } from 'node:crypto';
import type { SelfBackupHead } from './self-backup-head.ts';

interface Client {
  query(sql: string, values?: unknown[]): Promise<unknown>;
}

/**
 * Ends what was under way at the moment of the backup. It has long ended since, so taking it up again would roll back what
 * was deployed later, or restore a database for a second time.
 *
 * @param adopt It takes the place of the Shipmate that the backup is of. Otherwise it gets an id of its own, and refuses to
 * start where that one's services run.
 */
export async function amendRestored(client: Client, head: SelfBackupHead, adopt: boolean): Promise<void> {
  const error = `Shipmate was restored from its backup of ${head.at.slice(0, 16).replace('T', ' ')} UTC. Deploy again if needed.`;
  await client.query(
    `update deployments set status = 'failed', completed_at = now(),
       metadata = metadata - 'progress' || jsonb_build_object('reason', 'interrupted', 'error', $1::text)
     where status in ('pending', 'building', 'deploying')
       and metadata #>> '{approval,state}' is distinct from 'waiting'`,
    [error],
  );
  for (const table of ['backups', 'restores']) {
    await client.query(
      `update ${table} set status = 'failed', completed_at = now(),
         metadata = metadata - 'progress' || jsonb_build_object('error', $1::text)
       where status in ('pending', 'running')`,
      ['Shipmate was restored from its own backup meanwhile.'],
    );
  }
  await client.query(`update job_runs set status = 'interrupted', finished_at = now() where status = 'running'`);
  await client.query('update notifications set ended_at = now() where shown_count < count and ended_at is null');
  if (!adopt) {
    await client.query(`update installation set value = $1 where name = 'id'`, [randomUUID()]);
    await client.query(
      `insert into installation values ('restored_from', $1) on conflict (name) do update set value = excluded.value`,
      [head.installation],
    );
  }
  await client.query(
    `insert into audit_logs (action, resource_type, details) values ('installation.restore', 'database', $1)`,
    [JSON.stringify({ kind: 'self_backup', at: head.at, installation: head.installation, adopt })],
  );
}
