import type { Application } from '../../entities/application.ts';
import { DeploymentLog } from '../../entities/deployment-log.ts';
import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import { NotFoundError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import { findDeploymentOf } from './current-deployment.ts';
import { findApplication } from '../applications/find-application.ts';
import { readArchivedLog } from '../retention/read-archived-log.ts';

/** Unfinished ones that are told of at once. */
const mostRunning = 25;

/** Those that have not ended, of every application that the person sees, newest first. */
export async function readRunning({ database }: Pick<Deps, 'database'>, user: User): Promise<Deployment[]> {
  return database
    .asUser(user.id)
    .transactional((em) =>
      em.find(
        Deployment,
        { status: { $in: [...unfinishedStatuses] } },
        { orderBy: { startedAt: 'desc' }, limit: mostRunning, populate: ['application.project'] },
      ),
    );
}

/** Deployments of an application, newest first. */
export async function readHistory(
  deps: Deps,
  user: User,
  request: { application: string; limit: number },
): Promise<{ application: Application; deployments: Deployment[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application);
    const deployments = await em.find(
      Deployment,
      { application },
      { orderBy: { startedAt: 'desc' }, limit: request.limit, populate: ['triggeredBy'] },
    );
    return { application, deployments };
  });
}

/** One deployment that the person sees, with its application. @throws {NotFoundError} */
export async function readDeployment(deps: Pick<Deps, 'database'>, user: User, id: string): Promise<Deployment> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const deployment = await em.findOne(Deployment, { id }, { populate: ['application.project'] });
    if (deployment) return deployment;
    throw new NotFoundError(`There is no deployment \`${id}\` that you see.`);
  });
}

/** The lines of a deployment's log after the one with the id `after`, oldest first, at most 1 000. */
export async function readLogAfter(
  deps: Pick<Deps, 'database'>,
  user: User,
  { deployment, after }: { deployment: Deployment; after: number },
): Promise<DeploymentLog[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const page = { orderBy: { id: 'asc' }, limit: 1_000 } as const;
    return em.find(DeploymentLog, { deployment: deployment.id, id: { $gt: after } }, page);
  });
}

/** The last lines of the log of one deployment, by default the newest, oldest first. @throws {NotFoundError} before the first deployment. */
export async function readBuildLog(
  deps: Deps,
  user: User,
  request: { application: string; deployment?: string | undefined; lines: number },
): Promise<{ application: Application; deployment: Deployment; lines: string[] }> {
  const found = await deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, request.application);
    const wanted = request.deployment;
    const id = wanted === undefined ? {} : { id: (await findDeploymentOf(em, application, wanted)).id };
    const [deployment] = await em.find(
      Deployment,
      { application, ...id },
      { orderBy: { startedAt: 'desc' }, limit: 1, populate: ['logs'] },
    );
    if (!deployment) throw new NotFoundError(`\`${request.application}\` has not been deployed yet.`);
    const rows = await em.find(DeploymentLog, { deployment }, { orderBy: { id: 'desc' }, limit: request.lines });
    // Rows are kept for 30 days, the text with the deployment for 90; after that it is archived.
    const lines = rows.length > 0 ? rows.map((row) => row.message).reverse() : deployment.logs?.split('\n');
    return { application, deployment, lines };
  });
  const lines = found.lines ?? (await readArchivedLog(deps, found.deployment));
  return { ...found, lines: lines.slice(-request.lines) };
}
