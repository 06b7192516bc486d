import { executeSql } from '../../database/database.ts';
import { deploymentStatuses, type DeploymentStatus } from '../../entities/deployment.ts';
import type { Deps } from '../deps.ts';

/** Number of deployments per status. */
export async function countDeployments(deps: Pick<Deps, 'database'>): Promise<Record<DeploymentStatus, number>> {
  return deps.database.asSystem().transactional(async (em) => {
    const { rows } = await executeSql(em, 'select status, count(*)::int as count from deployments group by status', []);
    const counts = new Map(rows.map((row) => [row['status'], Number(row['count'])]));
    const all = deploymentStatuses.map((status) => [status, counts.get(status) ?? 0] as const);
    return Object.fromEntries(all) as Record<DeploymentStatus, number>;
  });
}
