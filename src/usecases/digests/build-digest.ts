import type { EntityManager } from '../../database/database.ts';
import type { DigestRequest } from './digest-request.ts';
import type { Digest } from '../../entities/digest.ts';
import { findScope } from './digest-scope.ts';
import { countBackups, listDisks, listExpiring, listLostNodes, listServices } from './find-concerns.ts';
import { countDays, listFailures, measureDeployments } from './measure-deployments.ts';

/** Days in the chart. */
const shownDays = 14;

export interface DigestEyes {
  /** The digest covers the projects visible to this context. */
  em: EntityManager;
  system: EntityManager;
}

/** The numbers of a digest. */
export async function buildDigest({ em, system }: DigestEyes, request: DigestRequest): Promise<Digest> {
  const { before, from, pattern, projectId, to, zone } = request;
  const scope = await findScope(em, request);
  // Hosts belong to no project.
  const hosts = projectId === null;
  return {
    scope: pattern,
    zone,
    from: from.toISOString(),
    to: to.toISOString(),
    before: before.toISOString(),
    measures: await measureDeployments(system, scope, from, to),
    earlier: await measureDeployments(system, scope, before, from),
    days: await countDays(system, scope, request, shownDays),
    failures: await listFailures(system, scope, request),
    backups: await countBackups(system, scope, request),
    certificates: await listExpiring(system, scope, request),
    services: await listServices(system, scope, request),
    disks: hosts ? await listDisks(system, request) : [],
    lostNodes: hosts ? await listLostNodes(system) : [],
  };
}
