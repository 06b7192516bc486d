import { type Deployment, isFinished, waitsForApproval } from '../entities/deployment.ts';
import type { DeploymentView } from '../usecases/deployments/read-deployment-view.ts';
import { nothingLive } from '../usecases/deployments/current-deployment.ts';
import { shortId } from './short-id.ts';
import type { Action } from './reply.ts';

/** Of this deployment alone, whichever is the newest when it is pressed. */
export function cancelAction(application: string, { id }: Pick<Deployment, 'id'>): Action {
  return {
    label: 'Cancel',
    command: `cancel ${application} --deployment ${shortId(id)}`,
    style: 'danger',
    confirm: `Cancel the deployment of \`${application}\`?`,
  };
}

/** The buttons under a deployment; each names it, and what was live, since messages outlive what they say. */
export function actionsOf(view: DeploymentView): Action[] {
  const { application, canGoBack = false, deployment, live, outdone } = view;
  if (view.preview) return previewActions(view, view.preview);
  if (waitsForApproval(deployment))
    return [...decisions(shortId(deployment.id)), cancelAction(application, deployment)];
  if (!isFinished(deployment)) return [cancelAction(application, deployment)];
  if (deployment.status === 'success') return canGoBack ? [rollBackAction(application, deployment)] : [];
  if (deployment.metadata.reason === 'superseded') return [];
  const id = shortId(deployment.id);
  const expected = live === undefined ? nothingLive : shortId(live);
  const line = `redeploy ${application} --deployment ${id} --live ${expected}`;
  const retry: Action[] = outdone ? [] : [{ label: 'Retry', command: line }];
  if (isUnwanted(deployment)) return retry;
  return [
    { label: 'Why?', command: `why ${id}` },
    { label: 'Logs', command: `logs ${application} --deployment ${id}` },
    ...retry,
  ];
}

/** A person or a newer deployment stopped it; nothing is wrong with the version. */
export function isUnwanted({ metadata: { reason } }: DeploymentView['deployment']): boolean {
  return reason === 'cancelled' || reason === 'superseded';
}

function rollBackAction(application: string, { id }: DeploymentView['deployment']): Action {
  return {
    label: 'Roll back',
    command: `rollback ${application} --live ${shortId(id)}`,
    style: 'danger',
    confirm: `Roll \`${application}\` back to the version before?`,
  };
}

/** A preview follows its request: its commands name that, and the commit, since a later one needs approval again. */
function previewActions(
  { application, deployment }: DeploymentView,
  { application: parent, number }: NonNullable<DeploymentView['preview']>,
): Action[] {
  const commit = deployment.commitSha?.slice(0, 7) ?? '';
  const open = `preview open ${parent} ${number} --commit ${commit}`;
  const close: Action = {
    label: 'Close',
    command: `preview close ${parent} ${number}`,
    style: 'danger',
    confirm: `Remove the preview of request ${number} of \`${parent}\`?`,
  };
  if (waitsForApproval(deployment)) {
    const confirm = `Let commit ${commit} of request ${number} run? It comes from outside.`;
    return [{ label: 'Approve', command: open, style: 'primary', confirm }, close];
  }
  if (!isFinished(deployment)) return [cancelAction(application, deployment)];
  if (deployment.status === 'success') return [close];
  if (deployment.metadata.reason === 'superseded') return [];
  const id = shortId(deployment.id);
  return [
    { label: 'Why?', command: `why ${id}` },
    { label: 'Logs', command: `logs ${application} --deployment ${id}` },
    { label: 'Retry', command: open },
    close,
  ];
}

function decisions(id: string): Action[] {
  return [
    { label: 'Approve', command: `approve ${id}`, style: 'primary' },
    { label: 'Deny', command: `deny ${id}`, form: true },
  ];
}
