import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { roleAtLeast } from '../access/roles.ts';
import { findProject } from '../access/find-project.ts';
import { requireZone } from '../../units/time-zones.ts';
import { buildDigest } from './build-digest.ts';
import type { Digest } from '../../entities/digest.ts';
import { lastDays } from './digest-period.ts';

export interface DigestNow {
  user: User;
  /** Default: every project visible to the person. */
  project: string | undefined;
  /** Length of the period that ends now, days. */
  days: number;
  zone: string;
}

/** A digest of what the person sees. @throws {UserError} when the project or zone does not exist. */
export async function digestNow(deps: Pick<Deps, 'database'>, request: DigestNow): Promise<Digest> {
  const { days, user, zone } = request;
  requireZone(zone);
  return deps.database.asUser(user.id).transactional(async (em) => {
    const project =
      request.project === undefined ? undefined : await findProject(em, request.project, { user, intent: 'read' });
    const pattern = project ? `${project.name}/*` : '*/*';
    const scope = { projectId: project?.id ?? null, pattern, zone, ...lastDays(days, new Date()) };
    const digest = await buildDigest({ em, system: deps.database.asSystem() }, scope);
    // Hosts are the installation's.
    return roleAtLeast(user.role, 'admin') ? digest : { ...digest, disks: [], lostNodes: [] };
  });
}
