import type { Push } from '../../git-hosts/push.ts';
import type { DeploymentRequest } from '../deployments/request/deployment-rows.ts';
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
