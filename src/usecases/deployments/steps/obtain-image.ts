import type { Deployment } from '../../../entities/deployment.ts';
import { UserError } from '../../../errors.ts';
import { imageReference, splitDigest } from '../../../swarm/names.ts';
import { buildImage, buildTag, pullImage, pushImage } from './build-image.ts';
import { withCheckout } from './checkout.ts';
import { change, type DeploymentRun } from './deployment-run.ts';

const bytesPerMegabyte = 1_000_000;

/** The image to roll out: built from the exact commit, pulled, or the one a rollback or a promotion names. */
export async function obtainImage(run: DeploymentRun): Promise<string> {
  const { application, metadata } = run.deployment;
  if ((metadata.rollback_of ?? metadata.promoted_from) && metadata.image) return reuse(run, metadata.image);
  if (application.type === 'docker') return pull(run);
  return build(run);
}

async function reuse(run: DeploymentRun, image: string): Promise<string> {
  const { config, swarm } = run.deps;
  const from = run.deployment.metadata.promoted_from?.application;
  run.log.line(from === undefined ? `Going back to image ${image}` : `Taking image ${image} from ${from}`);
  if (await swarm.findImage(image)) return image;
  if (!config.registry && splitDigest(image).digest === undefined) {
    throw new UserError(`The image \`${image}\` is no longer on this host. Deploy its commit again instead.`);
  }
  return fetch(run, image);
}

async function pull(run: DeploymentRun): Promise<string> {
  return fetch(run, run.deployment.metadata.ref ?? run.deployment.application.sourceConfig.image ?? '');
}

/** By digest from then on: a rollback or a promotion is to be of the same bytes. */
async function fetch(run: DeploymentRun, image: string): Promise<string> {
  await change(run, { status: 'building', metadata: { progress: { phase: 'pulling' }, image } });
  return pinned(run, image, await pullImage(run, image));
}

async function build(run: DeploymentRun): Promise<string> {
  const { config, swarm } = run.deps;
  const { application } = run.deployment;
  const commit = requireCommit(run.deployment);
  const { build_context, dockerfile, build_args, target } = application.sourceConfig;
  const identity = [build_context, dockerfile, Object.entries(build_args ?? {}).sort(), target];
  const tag = buildTag(run.deployment, commit, identity);
  const image = imageReference(config.registry, application.project.name, application.name, tag);
  const present = await swarm.findImage(image);
  if (present) {
    run.log.line(`Image ${image} is already built`);
    await change(run, {
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
    await withCheckout(run, commit, async (directory) => {
      const { sizeBytes } = await buildImage(run, directory, image, plan);
      await change(run, { metadata: { image, build_cache_hit: false, image_size_mb: megabytes(sizeBytes) } });
    });
  }
  // Also one that was there: an earlier process may have been killed between build and push.
  return config.registry ? pinned(run, image, await pushImage(run, image)) : image;
}

async function pinned(run: DeploymentRun, image: string, byDigest: string): Promise<string> {
  if (byDigest !== image) await change(run, { metadata: { image: byDigest } });
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
