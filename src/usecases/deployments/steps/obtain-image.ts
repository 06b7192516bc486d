import type { Deployment } from '../../../entities/deployment.ts';
import { UserError } from '../../../errors.ts';
import { imageReference, splitDigest } from '../../../swarm/names.ts';
import { buildImage, buildTag, pullImage, pushImage } from './build-image.ts';
import { withCheckout } from './checkout.ts';
import { change, type DeploymentContext } from './deployment-context.ts';

const bytesPerMegabyte = 1_000_000;

/** The image to roll out: built from the exact commit, pulled, or the one a rollback or a promotion names. */
export async function obtainImage(context: DeploymentContext): Promise<string> {
  const { application, metadata } = context.deployment;
  if ((metadata.rollback_of ?? metadata.promoted_from) && metadata.image) return reuse(context, metadata.image);
  if (application.type === 'docker') return pull(context);
  return build(context);
}

async function reuse(context: DeploymentContext, image: string): Promise<string> {
  const { config, swarm } = context.deps;
  const from = context.deployment.metadata.promoted_from?.application;
  context.log.line(from === undefined ? `Going back to image ${image}` : `Taking image ${image} from ${from}`);
  if (await swarm.findImage(image)) return image;
  if (!config.registry && splitDigest(image).digest === undefined) {
    throw new UserError(`The image \`${image}\` is no longer on this host. Deploy its commit again instead.`);
  }
  return fetch(context, image);
}

async function pull(context: DeploymentContext): Promise<string> {
  return fetch(context, context.deployment.metadata.ref ?? context.deployment.application.sourceConfig.image ?? '');
}

/** By digest from then on: a rollback or a promotion is to be of the same bytes. */
async function fetch(context: DeploymentContext, image: string): Promise<string> {
  await change(context, { status: 'building', metadata: { progress: { phase: 'pulling' }, image } });
  return pinned(context, image, await pullImage(context, image));
}

async function build(context: DeploymentContext): Promise<string> {
  const { config, swarm } = context.deps;
  const { application } = context.deployment;
  const commit = requireCommit(context.deployment);
  const { build_context, dockerfile, build_args, target } = application.sourceConfig;
  const identity = [build_context, dockerfile, Object.entries(build_args ?? {}).sort(), target];
  const tag = buildTag(context.deployment, commit, identity);
  const image = imageReference(config.registry, application.project.name, application.name, tag);
  const present = await swarm.findImage(image);
  if (present) {
    context.log.line(`Image ${image} is already built`);
    await change(context, {
      status: 'building',
      metadata: { image, build_cache_hit: true, image_size_mb: megabytes(present.sizeBytes) },
    });
  } else {
    const plan = {
      context: build_context ?? '.',
      dockerfile: dockerfile ?? 'Dockerfile',
      buildArgs: build_args ?? {},
      target,
    };
    await withCheckout(context, commit, async (directory) => {
      const { sizeBytes } = await buildImage(context, directory, image, plan);
      await change(context, { metadata: { image, build_cache_hit: false, image_size_mb: megabytes(sizeBytes) } });
    });
  }
  // Also one that was there: an earlier process may have been killed between build and push.
  return config.registry ? pinned(context, image, await pushImage(context, image)) : image;
}

async function pinned(context: DeploymentContext, image: string, byDigest: string): Promise<string> {
  if (byDigest !== image) await change(context, { metadata: { image: byDigest } });
  return byDigest;
}

/** @throws {UserError} when it names none. */
export function requireCommit({ commitSha }: Deployment): string {
  if (commitSha) return commitSha;
  throw new UserError('This deployment names no commit. Ask for it again with `deploy`.');
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / bytesPerMegabyte);
}
