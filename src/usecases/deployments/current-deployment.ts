import type { EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import { NotFoundError, type Offer, OutdatedError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';
import { findDeployment } from './find-deployment.ts';

/** What an action expects where an application has never been deployed. */
export const nothingLive = 'none';

/** The newest deployment that is live or in progress. */
async function findCurrent(em: EntityManager, application: Application): Promise<Deployment | undefined> {
  const status = { $in: ['success', ...unfinishedStatuses] as const };
  const [current] = await em.find(
    Deployment,
    { application, status },
    { orderBy: { startedAt: 'desc' }, limit: 1, populate: ['application.project'] },
  );
  return current;
}

/**
 * For actions of messages, which may be old: they say which deployment was live when they were offered.
 * @param expected An id or its beginning, or `none`; undefined expects nothing.
 * @param offer The action for the deployment that is current, by the id to expect.
 * @throws {OutdatedError} when another one is live or in progress.
 */
export async function requireCurrent(
  em: EntityManager,
  application: Application,
  expected: string | undefined,
  offer: (current: string) => Offer,
): Promise<void> {
  if (expected === undefined) return;
  const current = await findCurrent(em, application);
  const matches = current ? current.id.startsWith(expected) : expected === nothingLive;
  if (matches) return;
  const offers = [offer(current?.id.slice(0, 8) ?? nothingLive)];
  throw new OutdatedError(
    `This has changed since the button was made: ${current ? standing(current) : 'nothing is live'}. Go on?`,
    offers,
  );
}

/** A deployment of this application by its id or the beginning of it. @throws {NotFoundError} */
export async function findDeploymentOf(em: EntityManager, application: Application, id: string): Promise<Deployment> {
  const deployment = await findDeployment(em, id);
  if (deployment.application.id === application.id) return deployment;
  throw new NotFoundError(
    `Deployment ${quoted(id)} is of another application. \`history ${application.name}\` lists those of this one.`,
  );
}

function standing(deployment: Deployment): string {
  return `${versionOf(deployment)} is ${deployment.status === 'success' ? 'live' : 'in progress'}`;
}

/** `9e8d7c6b (v1.4.2)`: its id, and the version. */
export function versionOf({ commitSha, id, metadata }: Deployment): string {
  return `${id.slice(0, 8)} (${commitSha?.slice(0, 7) ?? metadata.ref ?? 'unknown version'})`;
}
