import { executeSql } from '../../../database/database.ts';
import type { DeploymentMetadata } from '../../../entities/deployment-metadata.ts';
import { UserError } from '../../../errors.ts';
import { splitDigest } from '../../../swarm/names.ts';
import { buildImage, type BuildPlan, type BuiltVersion, findBuilt } from './build-image.ts';
import { withCheckout } from './checkout.ts';
import { change, type DeploymentContext } from './deployment-context.ts';
import { requireUsableImage } from './require-usable-image.ts';
import { pullImage, pushImage } from './transfer-image.ts';

const bytesPerMegabyte = 1_000_000;

/** The image to roll out: built from the exact commit, pulled, or given by a rollback or promotion. */
export async function obtainImage(context: DeploymentContext): Promise<string> {
  const { application, metadata } = context.deployment;
  if ((metadata.rollback_of ?? metadata.promoted_from) && metadata.image) return reuse(context, metadata.image);
  if (application.type === 'docker') return pull(context);
  return build(context);
}

async function reuse(context: DeploymentContext, image: string): Promise<string> {
  const { config, swarm } = context.deps;
  const from = context.deployment.metadata.promoted_from?.application;
  context.log.line(from === undefined ? `Rolling back to image ${image}` : `Taking image ${image} from ${from}`);
  if (await swarm.findImage(image)) return image;
  if (!config.registry && splitDigest(image).digest === undefined) {
    throw new UserError(`The image \`${image}\` is no longer on this host. Deploy its commit again instead.`);
  }
  return fetch(context, image);
}

async function pull(context: DeploymentContext): Promise<string> {
  const image = context.deployment.metadata.ref ?? context.deployment.application.sourceConfig.image ?? '';
  await requireUsableImage(context, 'The image', image);
  const pulled = await fetch(context, image);
  await requireUsableImage(context, 'The image', pulled);
  return pulled;
}

/** Pins the digest, so that rollbacks and promotions use the same bytes. */
async function fetch(context: DeploymentContext, image: string): Promise<string> {
  await change(context, { status: 'building', metadata: { progress: { phase: 'pulling' }, image } });
  return pinned(context, image, await pullImage(context, image));
}

async function build(context: DeploymentContext): Promise<string> {
  const { application } = context.deployment;
  const plan = { name: application.name, settings: application.sourceConfig };
  const present = await findBuilt(context, plan);
  if (present) {
    context.log.line(`Image ${present.image} is already built`);
    await change(context, {
      status: 'building',
      metadata: { ...builtMetadata(present, true), ...(await knownCommit(context)) },
    });
  }
  const { image } = present ?? (await withCheckout(context, (directory) => buildFrom(context, plan, directory)));
  // Push existing images too: an earlier process may have been killed between build and push.
  return context.deps.config.registry ? pinned(context, image, await pushImage(context, image)) : image;
}

async function buildFrom(context: DeploymentContext, plan: BuildPlan, directory: string): Promise<BuiltVersion> {
  const built = await buildImage(context, plan, directory);
  await change(context, { metadata: builtMetadata(built, false) });
  return built;
}

/** Title and author of a commit that is not cloned again, as an earlier deployment of it has them. */
async function knownCommit({ deployment, deps }: DeploymentContext): Promise<DeploymentMetadata> {
  const { application, commitSha, metadata } = deployment;
  if (metadata.commit_title !== undefined && metadata.commit_author_email !== undefined) return {};
  const { rows } = await executeSql<{ title: string; author: string | null; email: string | null; at: string | null }>(
    deps.database.asSystem(),
    `select metadata ->> 'commit_title' as title, metadata ->> 'commit_author' as author,
       metadata ->> 'commit_author_email' as email, metadata ->> 'commit_at' as at
     from deployments where application_id = $1 and commit_sha = $2 and metadata ? 'commit_title'
     order by started_at desc limit 1`,
    [application.id, commitSha],
  );
  const [known] = rows;
  if (!known) return {};
  return {
    commit_title: known.title,
    ...(known.author !== null && { commit_author: known.author }),
    ...(known.email !== null && { commit_author_email: known.email }),
    ...(known.at !== null && { commit_at: known.at }),
  };
}

function builtMetadata({ image, sizeBytes }: BuiltVersion, wasThere: boolean): DeploymentMetadata {
  return { image, build_cache_hit: wasThere, image_size_mb: megabytes(sizeBytes) };
}

async function pinned(context: DeploymentContext, image: string, byDigest: string): Promise<string> {
  if (byDigest !== image) await change(context, { metadata: { image: byDigest } });
  return byDigest;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / bytesPerMegabyte);
}
