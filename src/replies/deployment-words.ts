import { isSampled, readTraceparent } from '../tracing/traceparent.ts';
import { type Deployment, waitsForApproval } from '../entities/deployment.ts';

/** A deployment's outcome in a word or two: a cancelled or superseded one is not simply `failed`. */
export function deploymentOutcome(deployment: Deployment): string {
  const { status, metadata } = deployment;
  if (waitsForApproval(deployment)) return 'waiting for approval';
  if (status === 'failed' && metadata.reason) return metadata.reason.replaceAll('_', ' ');
  return status.replaceAll('_', ' ');
}

/** The version that a deployment is of: `3f2c1ab fix the cart`, or an image's tag. */
export function versionText({ commitSha, metadata }: Deployment): string {
  const version = commitSha?.slice(0, 7) ?? metadata.ref ?? '';
  return metadata.commit_title ? `${version} ${metadata.commit_title}` : version;
}

/** A deployment in the JSON views; addresses are their owners’. */
export function deploymentData(deployment: Deployment): Record<string, unknown> {
  const { id, status, commitSha, startedAt, completedAt } = deployment;
  const { commit_author_email: _, ...metadata } = deployment.metadata;
  const traced = readTraceparent(metadata.trace?.span);
  return {
    id,
    status,
    outcome: deploymentOutcome(deployment),
    commit: commitSha ?? null,
    startedAt,
    completedAt,
    ...(traced && isSampled(traced) && { traceId: traced.traceId }),
    metadata,
  };
}
