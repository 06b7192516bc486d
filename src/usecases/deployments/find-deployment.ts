import type { EntityManager } from '../../database/database.ts';
import { Deployment } from '../../entities/deployment.ts';
import { NotFoundError, UsageError } from '../../errors.ts';
import { idRange, shortestId } from '../id-prefix.ts';
import { quoted } from '../../quoted.ts';

/**
 * Finds a deployment by id or id prefix among those visible to `em`; its application and project are loaded.
 * @throws {UsageError} for fewer than eight characters or an ambiguous prefix; {NotFoundError}
 */
export async function findDeployment(em: EntityManager, id: string): Promise<Deployment> {
  const range = idRange(id);
  if (!range) {
    throw new UsageError(
      `${quoted(id)} is not a deployment id. Give at least the first ${shortestId} characters. \`history <app>\` lists the ids.`,
    );
  }
  const options = { limit: 2, populate: ['application.project'] } as const;
  const [deployment, other] = await em.find(Deployment, { id: range }, options);
  if (!deployment)
    throw new NotFoundError(`There is no deployment ${quoted(id)} that you see. \`history <app>\` lists them.`);
  if (other) throw new UsageError(`More than one deployment id starts with ${quoted(id)}. Give more characters.`);
  return deployment;
}
