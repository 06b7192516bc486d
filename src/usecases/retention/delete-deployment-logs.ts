import { brief, briefStatement, countRows } from './delete-in-batches.ts';
import { counted, cutoff, type Removed, type RetentionRun } from './retention-run.ts';

/** Lines read, and locked, per transaction. */
const batch = 2_000;

/**
 * Deletes old lines of deployment logs; the text stays with the deployment. Goes in id order, which is chronological,
 * so that no index on the time slows down writing.
 */
export async function deleteDeploymentLogs(run: RetentionRun): Promise<Removed> {
  const { deps, signal } = run;
  const before = cutoff(run, deps.config.retention.deploymentLogsMs);
  if (run.dryRun) {
    const lines = await countRows(deps, { table: 'deployment_logs', condition: 'created_at < $1', before });
    const said = counted(lines, 'line of live logs', 'lines of live logs');
    return { said: said && `${said} to delete`, details: {} };
  }
  let deleted = 0;
  let last = 0;
  for (;;) {
    signal.throwIfAborted();
    const [found] = await briefStatement<{ last: string | null; old: string; deleted: string }>(
      deps,
      `with ${brief}, looked as (
         select id, deployment_id, created_at from deployment_logs where id > $2 order by id limit ${batch}
       ), free as (
         select id, deployment_id from deployment_logs
         where (id, deployment_id) in (select id, deployment_id from looked where created_at < $1)
         for update skip locked
       ), gone as (
         delete from deployment_logs d using free f, brief
         where d.id = f.id and d.deployment_id = f.deployment_id returning 1
       )
       select max(id) as last, count(*) filter (where created_at < $1) as old, (select count(*) from gone) as deleted
       from looked`,
      [before, last],
    );
    deleted += Number(found?.deleted ?? 0);
    // All later lines are younger.
    if (!found?.last || Number(found.old) === 0) break;
    last = Number(found.last);
  }
  const said = counted(deleted, 'line of live logs', 'lines of live logs');
  return { said: said && `${said} deleted`, details: { deployment_logs: deleted } };
}
