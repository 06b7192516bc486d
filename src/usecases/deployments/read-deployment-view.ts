import type { EntityManager } from '../../database/database.ts';
import { DeploymentLog } from '../../entities/deployment-log.ts';
import { Deployment, isFinished } from '../../entities/deployment.ts';
import { deploymentPageUrl } from './deployment-page-url.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { readUrls } from '../applications/application-address.ts';

/** What the live message of a deployment is drawn from. */
export interface DeploymentView {
  /** e.g. `shop/api` */
  application: string;
  deployment: Pick<Deployment, 'id' | 'status' | 'commitSha' | 'metadata'>;
  /** The deployment's page. */
  page?: string | undefined;
  /** Where visitors reach the application. */
  url?: string | undefined;
  /** For one that waits: the version whose deployment has to end first. */
  waitsFor?: string | undefined;
  /** For one that succeeded: whether there is an earlier version to go back to. */
  canGoBack?: boolean | undefined;
  /** For one that failed or was rolled back: the lines of the log that matter, redacted. */
  lastLines?: string[] | undefined;
}

/** How many lines of the log a message about a failure holds. */
const lastLines = 12;

/** Reads what a deployment's message shows; undefined when the deployment is gone. */
export async function readDeploymentView(
  deps: Pick<Deps, 'cipher' | 'config' | 'database'>,
  id: string,
): Promise<(DeploymentView & { deployment: Deployment }) | undefined> {
  return deps.database.asSystem().transactional(async (em) => {
    const deployment = await em.findOne(Deployment, id, { populate: ['application.project'] });
    if (!deployment) return undefined;
    const { application } = deployment;
    return {
      application: applicationName(application),
      deployment,
      page: deploymentPageUrl(deps, deployment),
      url: (await readUrls(em, deps.config, application))[0],
      ...(await circumstances(em, deployment)),
    };
  });
}

type Circumstances = Pick<DeploymentView, 'waitsFor' | 'canGoBack' | 'lastLines'>;

/** What the message says beyond the deployment's own row; that depends on where it stands. */
async function circumstances(em: EntityManager, deployment: Deployment): Promise<Circumstances> {
  const others = { application: deployment.application, id: { $ne: deployment.id } };
  if (deployment.status === 'pending') {
    const running = await em.findOne(Deployment, { ...others, status: { $in: ['building', 'deploying'] } });
    return { waitsFor: running ? (running.commitSha?.slice(0, 7) ?? running.metadata.ref) : undefined };
  }
  if (deployment.status === 'success') {
    const earlier = { ...others, status: 'success', startedAt: { $lt: deployment.startedAt } } as const;
    return { canGoBack: (await em.findOne(Deployment, earlier)) !== null };
  }
  return isFinished(deployment) ? { lastLines: await readLastLines(em, deployment) } : {};
}

/**
 * What a failing task was seen to do and say, or what came last when it is the build that failed. Without the lines
 * at the very end that are the error itself: the message says it already.
 */
async function readLastLines(em: EntityManager, { id, metadata }: Deployment): Promise<string[]> {
  const options = { orderBy: { id: 'desc' }, limit: lastLines * 2 } as const;
  const rows = (await em.find(DeploymentLog, { deployment: id }, options)).reverse();
  while (rows.length > 0 && metadata.error?.includes(rows.at(-1)?.message ?? '')) rows.pop();
  const warnings = rows.filter(({ level }) => level === 'warn');
  return (warnings.length > 0 ? warnings : rows).slice(-lastLines).map(({ message }) => message);
}
