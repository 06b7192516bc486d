import type { Push } from '../../git-hosts/push.ts';
import type { DeploymentRequest } from '../deployments/request/deployment-rows.ts';
import { executeSql, type EntityManager } from '../../database/database.ts';
import { requestDeployment } from '../deployments/request/request-deployment.ts';
import type { Deps } from '../deps.ts';
import type { Delivery, Planned } from './delivery.ts';

/** The deployment that a push asks for. */
export function pushRequest(
  delivery: Delivery,
  { pusher }: Push,
  { id, source, ref, commit, range }: Planned,
): DeploymentRequest & { id: string } {
  return {
    id,
    application: source.application,
    commit,
    ref: ref.name,
    trigger: 'push',
    requestedBy: `${pusher} (${delivery.provider})`,
    commitTitle: ref.title,
    commitAuthor: ref.author,
    range,
    audit: delivery.audit,
    auditDetails: { kind: 'git_source', provider: delivery.provider, delivery_id: delivery.deliveryId },
  };
}

/** Requests the deployment; its log begins with the note, if there is one. @throws {DeploymentHeldError} */
export async function requestWithNote(
  deps: Deps,
  em: EntityManager,
  request: DeploymentRequest & { id: string },
  note: string | undefined,
): Promise<void> {
  await requestDeployment(deps, em, request);
  if (note === undefined) return;
  await executeSql(em, `insert into deployment_logs (deployment_id, level, message) values ($1, 'warn', $2)`, [
    request.id,
    note,
  ]);
}
