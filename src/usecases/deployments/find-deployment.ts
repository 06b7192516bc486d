import type { EntityManager } from '../../database/database.ts';
import { Deployment } from '../../entities/deployment.ts';
import { NotFoundError, UsageError } from '../../errors.ts';

/** How many characters of an id name a deployment, as replies show it. */
const shortest = 8;

/**
 * The deployment with this id, or whose id begins so, among those that the context of `em` sees; with its
 * application and project.
 * @throws {UsageError} for less than eight characters, or when several begin so; {NotFoundError}
 */
export async function findDeployment(em: EntityManager, id: string): Promise<Deployment> {
  const digits = id.trim().toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{8,32}$/.test(digits)) {
    throw new UsageError(
      `\`${id}\` is not the id of a deployment: write at least its first ${shortest} characters. \`history <app>\` shows them.`,
    );
  }
  // As a range the primary key's index finds them.
  const range = { $gte: digits.padEnd(32, '0'), $lte: digits.padEnd(32, 'f') };
  const options = { limit: 2, populate: ['application.project'] } as const;
  const [deployment, other] = await em.find(Deployment, { id: range }, options);
  if (!deployment)
    throw new NotFoundError(`There is no deployment \`${id}\` that you see. \`history <app>\` shows them.`);
  if (other) throw new UsageError(`More than one deployment begins with \`${id}\`. Write more of its id.`);
  return deployment;
}
