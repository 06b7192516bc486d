import type { Application } from '../entities/application.ts';
import { type Deployment, isFinished } from '../entities/deployment.ts';
import { applicationName } from '../usecases/applications/find-application.ts';
import { cancelAction } from './deployment-actions.ts';
import type { Action } from './reply.ts';
import { shortId } from './short-id.ts';

/** Of an application in a list. */
export function statusAction(application: Application): Action {
  return { label: 'Status', command: `status ${applicationName(application)}` };
}

/** Of an archived one. */
export function restoreAction(application: Application): Action {
  return { label: 'Restore', command: `app restore ${applicationName(application)}` };
}

/** Of a deployment in a list: stops it, or says what became of it. */
export function deploymentAction(application: string, deployment: Deployment): Action {
  if (!isFinished(deployment)) return cancelAction(application, deployment);
  const id = shortId(deployment.id);
  if (deployment.status !== 'success') return { label: 'Why?', command: `why ${id}` };
  return { label: 'Logs', command: `logs ${application} --deployment ${id}` };
}
