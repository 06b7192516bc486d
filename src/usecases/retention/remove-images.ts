import { executeSql } from '../../database/database.ts';
import { Deployment, unfinishedStatuses } from '../../entities/deployment.ts';
import { splitDigest } from '../../swarm/names.ts';
import type { Deps } from '../deps.ts';
import { counted, cutoff, type Removed, type RetentionRun } from './retention-run.ts';
import { formatSize } from '../../units/sizes.ts';

/** Minimum age, milliseconds: a build records its image only when it is done. */
const youngMs = 24 * 3_600_000;
const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;

/**
 * Removes unused images that Shipmate built. An image is in use by an application's last successful deployments, by an
 * unfinished deployment, or by the current or previous spec of a service. Leaves images of another Shipmate's
 * applications alone. Covers only the node of Shipmate's own Engine.
 */
export async function removeImages(run: RetentionRun): Promise<Removed> {
  const { deps, signal } = run;
  // Listed before usage is read, so that an image built in between is not a candidate.
  const images = await deps.swarm.builtImages();
  const needed = await neededImages(deps);
  const ours = await ownApplications(deps, [...new Set(images.map(({ application }) => application))]);
  const before = cutoff(run, youngMs);
  const unneeded = images
    .filter(({ application, createdAt }) => ours.has(application) && createdAt < before)
    .flatMap(({ tags, sizeBytes }) => tags.map((tag) => ({ tag, sizeBytes: sizeBytes / tags.length })))
    .filter(({ tag }) => !needed.has(tag));
  let removed = 0;
  let bytes = 0;
  for (const { tag, sizeBytes } of unneeded) {
    signal.throwIfAborted();
    if (!run.dryRun && !(await deps.swarm.removeImage(tag))) continue;
    removed += 1;
    bytes += sizeBytes;
  }
  if (!run.dryRun) await deps.swarm.pruneBuilds(before);
  const said = counted(removed, 'image');
  const end = `${run.dryRun ? 'to remove' : 'removed'} (up to ${formatSize(bytes)})`;
  return { said: said && `${said} ${end}`, details: { images: removed } };
}

/** The ids that belong to current or former applications of this Shipmate. */
async function ownApplications(deps: Deps, ids: string[]): Promise<Set<string>> {
  const { rows } = await executeSql<{ id: string }>(
    deps.database.asSystem(),
    `select made.id from unnest($1::uuid[]) as made (id)
     where exists (select from applications a where a.id = made.id)
       or exists (select from audit_logs l where l.resource_type = 'application' and l.resource_id = made.id)`,
    [ids.filter((id) => uuid.test(id))],
  );
  return new Set(rows.map(({ id }) => id));
}

/** One image, or for a stack one per service. */
interface Versioned {
  image?: string | null;
  images?: Record<string, string> | null;
}

function imagesOf({ image, images }: Versioned): string[] {
  return [...(image ? [image] : []), ...Object.values(images ?? {})];
}

async function neededImages(deps: Deps): Promise<Set<string>> {
  const em = deps.database.asSystem();
  const { rows } = await executeSql<Versioned>(
    em,
    `select image, images from (
       select metadata ->> 'image' as image, metadata -> 'images' as images,
         row_number() over (partition by application_id order by max(completed_at) desc) as place
       from deployments where status = 'success' and metadata ?| array['image', 'images']
       group by application_id, metadata ->> 'image', metadata -> 'images'
     ) versions where place <= $1`,
    [deps.config.retention.imagesKept],
  );
  const unfinished = await em.find(Deployment, { status: { $in: [...unfinishedStatuses] } });
  const images = [
    ...rows.flatMap(imagesOf),
    ...unfinished.flatMap(({ metadata }) => imagesOf(metadata)),
    ...(await deps.swarm.imagesInUse()),
  ];
  return new Set(images.map((image) => splitDigest(image).tag));
}
