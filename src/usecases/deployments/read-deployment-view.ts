import type { EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { DeploymentLog } from '../../entities/deployment-log.ts';
import { Deployment, isFinished } from '../../entities/deployment.ts';
import { deploymentPageUrl } from './deployment-page-url.ts';
import { findLive } from './live-deployment.ts';
import type { Deps } from '../deps.ts';
import { applicationName } from '../applications/find-application.ts';
import { readUrls } from '../applications/application-address.ts';

/** The data of a deployment's live message. */
export interface DeploymentView {
  /** e.g. `shop/api` */
  application: string;
  deployment: Pick<Deployment, 'id' | 'status' | 'commitSha' | 'metadata'>;
  /** For a deployment of a preview: what it is the preview of. */
  preview?: { application: string; number: number } | undefined;
  /** Its image is pulled, and not built. */
  pulls?: boolean | undefined;
  /** The deployment's page. */
  page?: string | undefined;
  /** Where visitors reach the application. */
  url?: string | undefined;
  /** For a waiting deployment: the version whose deployment has to end first. */
  waitsFor?: string | undefined;
  /** For the live deployment: whether there is an earlier version to roll back to. */
  canGoBack?: boolean | undefined;
  /** For a failed or rolled back deployment: the id of the live one. */
  live?: string | undefined;
  /** For a finished deployment: whether a newer one has become live. */
  outdone?: boolean | undefined;
  /** For a failed or rolled back deployment: the relevant log lines, redacted. */
  lastLines?: string[] | undefined;
}

/** Number of log lines in a message about a failure. */
const lastLines = 12;

/** Reads the data of a deployment's message; undefined when the deployment no longer exists. */
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
      preview: previewOf(application),
      pulls: application.type === 'docker',
      deployment,
      page: deploymentPageUrl(deps, deployment),
      url: (await readUrls(em, deps.config, application))[0],
      ...(await circumstances(em, deployment)),
    };
  });
}

function previewOf({ project, sourceConfig: { preview } }: Application): DeploymentView['preview'] {
  return preview && { application: `${project.name}/${preview.of}`, number: preview.number };
}

type Circumstances = Pick<DeploymentView, 'waitsFor' | 'canGoBack' | 'lastLines' | 'live' | 'outdone'>;

/** Data beyond the deployment's own row, depending on its status. */
async function circumstances(em: EntityManager, deployment: Deployment): Promise<Circumstances> {
  const others = { application: deployment.application, id: { $ne: deployment.id } };
  if (deployment.status === 'pending') {
    const running = await em.findOne(Deployment, { ...others, status: { $in: ['building', 'deploying'] } });
    return { waitsFor: running ? (running.commitSha?.slice(0, 7) ?? running.metadata.ref) : undefined };
  }
  if (!isFinished(deployment)) return {};
  const live = await findLive(em, deployment.application);
  const outdone = live !== undefined && live.id !== deployment.id && live.startedAt > deployment.startedAt;
  if (deployment.status === 'success') {
    if (outdone) return { canGoBack: false, outdone };
    const earlier = { ...others, status: 'success', startedAt: { $lt: deployment.startedAt } } as const;
    return { canGoBack: (await em.findOne(Deployment, earlier)) !== null };
  }
  const shown = deployment.metadata.failure?.lines ?? (await readLastLines(em, deployment));
  return { lastLines: shown, outdone, live: live?.id };
}

/**
 * Output of the failing task, or the last lines of a failed build. Omits trailing lines that repeat the error, which
 * the message already shows.
 */
async function readLastLines(em: EntityManager, { id, metadata }: Deployment): Promise<string[]> {
  const options = { orderBy: { id: 'desc' }, limit: lastLines * 2 } as const;
  const rows = (await em.find(DeploymentLog, { deployment: id }, options)).reverse();
  while (rows.length > 0 && metadata.error?.includes(rows.at(-1)?.message ?? '')) rows.pop();
  const warnings = rows.filter(({ level }) => level === 'warn');
  return (warnings.length > 0 ? warnings : rows).slice(-lastLines).map(({ message }) => message);
}
