import { executeSql, type EntityManager } from '../../database/database.ts';
import type { DeploymentMetadata } from '../../entities/deployment-metadata.ts';
import type { DeploymentStatus } from '../../entities/deployment.ts';
import type { Deps } from '../deps.ts';

/** NOTIFY channel; its payload is the id of a changed deployment. */
export const deploymentChannel = 'deployment';

/** NOTIFY channel; its payload is the id of a deployment to cancel. */
export const cancelChannel = 'deployment_cancel';

export interface DeploymentChange {
  status?: DeploymentStatus;
  /** Merged into the stored metadata; null removes a key. */
  metadata?: { [K in keyof DeploymentMetadata]?: DeploymentMetadata[K] | null };
  commitSha?: string;
  /** Changes nothing when the release command has ended (default false). */
  whileReleasing?: boolean;
  /** Sets `completed_at` and stores the text of the log. */
  finished?: boolean;
}

/**
 * Changes an unfinished deployment and notifies listeners. Two processes may change one deployment at once (one runs
 * it, another cancels it), so PostgreSQL merges the metadata.
 * @returns false, without changing anything, when it, or its release command where that is asked, had already ended.
 */
export async function changeDeployment(
  deps: Pick<Deps, 'database'>,
  em: EntityManager,
  id: string,
  change: DeploymentChange,
): Promise<boolean> {
  const rows = await executeSql(
    em,
    `update deployments set
       status = coalesce($2, status),
       metadata = jsonb_strip_nulls(metadata || $3::jsonb),
       commit_sha = coalesce($4, commit_sha),
       completed_at = case when $5 then now() else completed_at end,
       logs = case when $5 then (
         select string_agg(message, E'\\n' order by id) from deployment_logs where deployment_id = $1
       ) else logs end
     where id = $1 and status in ('pending', 'building', 'deploying')
       and not ($6 and coalesce(metadata #>> '{release,state}', '') in ('succeeded', 'failed'))
     returning id`,
    [
      id,
      change.status ?? null,
      JSON.stringify(change.metadata ?? {}),
      change.commitSha ?? null,
      change.finished ?? false,
      change.whileReleasing ?? false,
    ],
  );
  await deps.database.notify(em, deploymentChannel, id);
  return rows.rows.length > 0;
}
