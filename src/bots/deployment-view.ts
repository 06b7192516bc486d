import { DeploymentLog } from '../entities/deployment-log.ts';
import { Deployment } from '../entities/deployment.ts';
import type { Deps } from '../usecases/deps.ts';
import { applicationName } from '../usecases/find-application.ts';
import { urlOf } from '../usecases/read-status.ts';
import type { DeploymentView } from './deployment-reply.ts';

/** How many lines of the log a message about a failure holds. */
const lastLines = 12;

/** Reads what a deployment's message shows; undefined when the deployment is gone. */
export async function readDeploymentView(
  deps: Pick<Deps, 'config' | 'database'>,
  id: string,
): Promise<DeploymentView | undefined> {
  const em = deps.database.asSystem();
  const deployment = await em.findOne(Deployment, id, { populate: ['application.project'] });
  if (!deployment) return undefined;
  const view = {
    application: applicationName(deployment.application),
    deployment,
    url: urlOf(deps, deployment.application),
  };
  if (deployment.status !== 'failed') return view;
  const lines = await em.find(DeploymentLog, { deployment: id }, { orderBy: { id: 'desc' }, limit: lastLines + 1 });
  // The very last one is the error itself, which the message says already.
  return {
    ...view,
    lastLines: lines
      .slice(1)
      .reverse()
      .map(({ message }) => message),
  };
}
