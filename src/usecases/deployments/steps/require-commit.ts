import type { Deployment } from '../../../entities/deployment.ts';
import { UserError } from '../../../errors.ts';

/** @throws {UserError} when the deployment has no commit. */
export function requireCommit({ commitSha }: Deployment): string {
  if (commitSha) return commitSha;
  throw new UserError('This deployment has no commit. Request it again with `deploy`.');
}
