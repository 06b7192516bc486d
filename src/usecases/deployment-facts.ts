import type { EntityManager } from '../database/database.ts';
import { Deployment } from '../entities/deployment.ts';
import { GitSource } from '../entities/git-source.ts';
import { commitUrl, compareUrl } from './commit-links.ts';

/** What is known about a deployment beside its row. */
export interface DeploymentFacts {
  commitUrl: string | undefined;
  /** What changed since the version that was live before. */
  diff: { label: string; url: string } | undefined;
}

/** The context of `em` has to see the deployment; its application has to be loaded. */
export async function readDeploymentFacts(em: EntityManager, deployment: Deployment): Promise<DeploymentFacts> {
  const { application, commitSha, startedAt } = deployment;
  const source = await em.findOne(GitSource, { application });
  if (!source || !commitSha) return { commitUrl: undefined, diff: undefined };
  const { provider, repository } = source;
  const at = { provider, repository, cloneUrl: application.sourceConfig.clone_url };
  const earlier = {
    application,
    status: 'success',
    commitSha: { $ne: commitSha },
    startedAt: { $lt: startedAt },
  } as const;
  const [previous] = await em.find(Deployment, earlier, { orderBy: { startedAt: 'desc' }, limit: 1 });
  const from = previous?.commitSha;
  const url = from ? compareUrl(at, from, commitSha) : undefined;
  return {
    commitUrl: commitUrl(at, commitSha),
    diff: from && url ? { label: `${from.slice(0, 7)} … ${commitSha.slice(0, 7)}`, url } : undefined,
  };
}
