import type { EntityManager } from '../../database/database.ts';
import { Deployment } from '../../entities/deployment.ts';
import { commitUrl, compareUrl } from '../../git-hosts/page-urls.ts';

/** Links to a deployment's commits on the git host. */
export interface DeploymentFacts {
  commitUrl: string | undefined;
  /** Changes since the previously live version. */
  diff: { from: string; to: string; url: string } | undefined;
}

/** The context of `em` has to see the deployment; its application has to be loaded. */
export async function readDeploymentFacts(em: EntityManager, deployment: Deployment): Promise<DeploymentFacts> {
  const { application, commitSha: to, startedAt } = deployment;
  if (!to) return { commitUrl: undefined, diff: undefined };
  const earlier = {
    application,
    status: 'success',
    commitSha: { $ne: to },
    startedAt: { $lt: startedAt },
  } as const;
  const [previous] = await em.find(Deployment, earlier, { orderBy: { startedAt: 'desc' }, limit: 1 });
  const from = previous?.commitSha;
  const url = from ? compareUrl(application, { from, to }) : undefined;
  return { commitUrl: commitUrl(application, to), diff: from && url ? { from, to, url } : undefined };
}
