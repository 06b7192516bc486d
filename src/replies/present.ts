import { type Deployment, waitsForApproval } from '../entities/deployment.ts';
import { UsageError } from '../errors.ts';

/** `3 min ago`; the largest unit that fits, rounded down. */
export function ago(then: Date, now = new Date()): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - then.getTime()) / 1_000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** What became of a deployment in a word or two: a cancelled or superseded one is not simply `failed`. */
export function deploymentOutcome(deployment: Deployment): string {
  const { status, metadata } = deployment;
  if (waitsForApproval(deployment)) return 'waiting for approval';
  if (status === 'failed' && metadata.reason) return metadata.reason.replaceAll('_', ' ');
  return status.replaceAll('_', ' ');
}

/** The first characters of an id, enough to name it in `rollback`. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** The version that a deployment is of: `3f2c1ab fix the cart`, or an image's tag. */
export function versionText({ commitSha, metadata }: Deployment): string {
  const version = commitSha?.slice(0, 7) ?? metadata.ref ?? '';
  return metadata.commit_title ? `${version} ${metadata.commit_title}` : version;
}

/** Seconds in `30s`, `10m`, `2h`, `1d`. @throws {UsageError} */
export function parseSince(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = { s: 1, m: 60, h: 3_600, d: 86_400 }[match?.[2] ?? ''];
  if (match && unit) return Number(match[1]) * unit;
  throw new UsageError(`\`${text}\` is not a length of time. Examples: \`30s\`, \`10m\`, \`2h\`, \`1d\`.`);
}

/** What the JSON views say of a deployment. */
export function deploymentData(deployment: Deployment): Record<string, unknown> {
  const { id, status, commitSha, metadata, startedAt, completedAt } = deployment;
  return {
    id,
    status,
    outcome: deploymentOutcome(deployment),
    commit: commitSha ?? null,
    startedAt,
    completedAt,
    metadata,
  };
}
