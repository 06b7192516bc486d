import type { Deployment } from '../../../entities/deployment.ts';
import { isUnwanted } from '../../../replies/deployment-actions.ts';
import { deploymentOutcome, versionText } from '../../../replies/deployment-words.ts';
import { formatAgo } from '../../../units/times.ts';

/** What a list shows of a deployment. @param what Before its version, e.g. the application's name. */
export function deploymentRow(deployment: Deployment, what: string) {
  const { id, metadata, startedAt, status } = deployment;
  return {
    id,
    what,
    badge: isUnwanted(deployment) ? 'unwanted' : status,
    outcome: deploymentOutcome(deployment),
    version: versionText(deployment),
    by: metadata.requested_by,
    startedAt,
    ago: formatAgo(startedAt),
  };
}
