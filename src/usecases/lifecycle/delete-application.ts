import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { Deployment } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import { Volume } from '../../entities/volume.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../../errors.ts';
import { volumeName } from '../../swarm/names.ts';
import { allOf } from '../../word-lists.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { lockApplicationRow } from '../applications/lock-application-row.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { archiveApplication } from './archive-application.ts';
import { findArchived } from './find-archived.ts';
import { enqueueRemovalOf } from './removal-job.ts';

export interface DeleteRequest {
  user: User;
  origin: Origin;
  /** `project/app`. */
  application: string;
  /** Archives it first where it is not archived. */
  now: boolean;
  /** Confirms that the data of its volumes are deleted. */
  data: boolean;
}

export interface DeletedApplication {
  name: string;
  deployments: number;
  /** Docker volumes on other nodes than Shipmate's, whose data stay. */
  left: { node: string; volume: string }[];
  /** What is left to remove by hand at the git host, a sentence. */
  leftAtHost: string | undefined;
}

/**
 * Deletes an archived application with its history. A job removes what it has on Docker.
 * @throws {ConflictError} while it is not archived, or when data would be lost without being confirmed.
 */
export async function deleteApplication(deps: Deps, request: DeleteRequest): Promise<DeletedApplication> {
  const leftAtHost = await archiveFirst(deps, request);
  const deleted = await deps.database.asUser(request.user.id).transactional(async (em) => {
    const application = await findArchived(em, request.application, { user: request.user, command: 'app delete' });
    await lockApplicationRow(em, application);
    await requireNoPreviews(em, application);
    const volumes = await em.find(Volume, { application }, { orderBy: { name: 'asc' } });
    requireConfirmed(application, volumes, request);
    const elsewhere = await outOfReach(deps, application, volumes);
    const deployments = await em.count(Deployment, { application });
    const name = applicationName(application);
    // Recorded first: nobody sees the application once it is gone.
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'application.delete',
      resourceType: 'application',
      resourceId: application.id,
      details: { name, deployments, volumes: volumes.map((volume) => volume.name), left: elsewhere },
    });
    await em.nativeDelete(Volume, { application });
    if ((await em.nativeDelete(Application, { id: application.id })) === 0) {
      throw new ForbiddenError(`Only those who manage \`${application.project.name}\` can delete its applications.`);
    }
    await enqueueRemovalOf(deps, em, application.id);
    return { name, deployments, left: elsewhere };
  });
  return { ...deleted, leftAtHost };
}

/** @throws {ConflictError} when it is in service and `now` is not given. */
async function archiveFirst(deps: Deps, request: DeleteRequest): Promise<string | undefined> {
  const em = deps.database.asUser(request.user.id);
  const access = { user: request.user, intent: 'manage' } as const;
  const inService = await em
    .transactional((inside) => findApplication(inside, request.application, access))
    .catch(unlessMissing);
  if (!inService) return undefined;
  const name = applicationName(inService);
  if (!request.now) {
    throw new ConflictError(
      `\`${name}\` is not archived. \`app archive ${name}\` takes it out of service and can be undone; ` +
        `\`app delete ${name} --now\` deletes it with its history, for good.`,
    );
  }
  // Before anything is archived.
  const volumes = await em.transactional((inside) => inside.find(Volume, { application: inService }));
  requireConfirmed(inService, volumes, request);
  return (await archiveApplication(deps, { ...request, application: name })).left;
}

/** None in service is called so: it may be archived. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}

async function requireNoPreviews(em: EntityManager, application: Application): Promise<void> {
  if ((await em.count(Application, { previewOf: application, deletedAt: null })) === 0) return;
  throw new ConflictError(`Previews of \`${applicationName(application)}\` are being removed. Try again in a minute.`);
}

function requireConfirmed(application: Application, volumes: Volume[], { data, now }: DeleteRequest): void {
  if (volumes.length === 0 || data) return;
  const name = applicationName(application);
  throw new ConflictError(
    `Deleting \`${name}\` loses the data of ${allOf(volumes.map((volume) => volume.name))} permanently. ` +
      `To confirm: \`app delete ${name} --data${now ? ' --now' : ''}\`.`,
  );
}

/** The Engine deletes volumes of its own node only. */
async function outOfReach({ swarm }: Deps, application: Application, volumes: Volume[]) {
  const placed = volumes.filter(({ nodeId }) => nodeId);
  if (placed.length === 0) return [];
  const own = (await swarm.nodes()).find((node) => node.own)?.id;
  return placed
    .filter(({ nodeId }) => nodeId !== own)
    .map((volume) => ({ node: volume.nodeName ?? volume.nodeId ?? '', volume: volumeName(volume, application.id) }));
}
