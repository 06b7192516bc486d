import { isFinished, waitsForApproval } from '../entities/deployment.ts';
import type { DeploymentView } from '../usecases/deployments/read-deployment-view.ts';
import { shortId } from './short-id.ts';
import type { Action } from './reply.ts';

export function cancelAction(application: string): Action {
  return {
    label: 'Cancel',
    command: `cancel ${application}`,
    style: 'danger',
    confirm: `Cancel the deployment of \`${application}\`?`,
  };
}

/** The buttons under a deployment. */
export function actionsOf({ application, canGoBack = false, deployment }: DeploymentView): Action[] {
  if (waitsForApproval(deployment)) return [...decisions(shortId(deployment.id)), cancelAction(application)];
  if (!isFinished(deployment)) return [cancelAction(application)];
  if (deployment.status === 'success') return canGoBack ? [rollBackAction(application)] : [];
  if (deployment.metadata.reason === 'superseded') return [];
  const retry: Action = { label: 'Retry', command: `redeploy ${application}` };
  if (isUnwanted(deployment)) return [retry];
  return [{ label: 'Logs', command: `logs ${application} --build` }, retry];
}

/** A person or a newer deployment stopped it; nothing is wrong with the version. */
export function isUnwanted({ metadata: { reason } }: DeploymentView['deployment']): boolean {
  return reason === 'cancelled' || reason === 'superseded';
}

function rollBackAction(application: string): Action {
  return {
    label: 'Roll back',
    command: `rollback ${application}`,
    style: 'danger',
    confirm: `Roll \`${application}\` back to the version before?`,
  };
}

function decisions(id: string): Action[] {
  return [
    { label: 'Approve', command: `approve ${id}`, style: 'primary' },
    { label: 'Deny', command: `deny ${id}`, form: true },
  ];
}
