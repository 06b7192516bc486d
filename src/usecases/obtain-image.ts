import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Application } from '../entities/application.ts';
import { UserError } from '../errors.ts';
import { imageLabelsOf } from '../swarm/labels.ts';
import { imageReference } from '../swarm/names.ts';
import { requireRemote } from './application-environment.ts';
import { resolveInside } from './checkout-path.ts';
import { change, type DeploymentRun, step } from './deployment-run.ts';

const bytesPerMegabyte = 1_000_000;

/** The image to roll out: built from the exact commit, pulled, or the one a rollback or a promotion names. */
export async function obtainImage(run: DeploymentRun): Promise<string> {
  const { application, metadata } = run.deployment;
  if ((metadata.rollback_of ?? metadata.promoted_from) && metadata.image) return reuse(run, metadata.image);
  if (application.type === 'docker') return pull(run);
  return build(run);
}

async function reuse(run: DeploymentRun, image: string): Promise<string> {
  const present = await run.deps.swarm.findImage(image);
  if (!present && !run.deps.config.registry) {
    throw new UserError(`The image \`${image}\` is no longer on this host. Deploy its commit again instead.`);
  }
  const from = run.deployment.metadata.promoted_from?.application;
  run.log.line(from === undefined ? `Going back to image ${image}` : `Taking image ${image} from ${from}`);
  return image;
}

async function pull(run: DeploymentRun): Promise<string> {
  const { config, swarm } = run.deps;
  const image = run.deployment.metadata.ref ?? run.deployment.application.sourceConfig.image ?? '';
  await change(run, { status: 'building', metadata: { progress: { phase: 'pulling' }, image } });
  await step(run, 'build', { ms: config.deployments.buildTimeoutMs, what: 'Pulling the image' }, (signal) =>
    swarm.pull(image, (text) => run.log.line(text), signal),
  );
  return image;
}

async function build(run: DeploymentRun): Promise<string> {
  const { config, swarm } = run.deps;
  const { application, commitSha, metadata, id } = run.deployment;
  if (!commitSha) throw new UserError('This deployment names no commit. Ask for it again with `deploy`.');
  const forced = metadata.force ? `-${id.slice(0, 8)}` : '';
  const tag = `${commitSha.slice(0, 12)}-${buildHash(application)}${forced}`;
  const image = imageReference(config.registry, application.project.name, application.name, tag);
  const present = await swarm.findImage(image);
  if (present) {
    run.log.line(`Image ${image} is already built`);
    await change(run, {
      status: 'building',
      metadata: { image, build_cache_hit: true, image_size_mb: megabytes(present.sizeBytes) },
    });
  } else {
    await buildCommit(run, image, commitSha);
  }
  // Also one that was there: an earlier process may have been killed between build and push.
  if (config.registry) await push(run, image);
  return image;
}

async function buildCommit(run: DeploymentRun, image: string, commit: string): Promise<void> {
  const checkouts = join(run.deps.config.dataDir, 'checkouts', run.deployment.id);
  // A folder of its own for each attempt: the git of a killed Shipmate may still write into the one before.
  const directory = join(checkouts, randomUUID());
  try {
    await clone(run, directory, commit);
    const built = await buildImage(run, directory, image);
    await change(run, { metadata: { image, build_cache_hit: false, image_size_mb: megabytes(built.sizeBytes) } });
  } finally {
    await rm(checkouts, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function clone(run: DeploymentRun, directory: string, commit: string): Promise<void> {
  const { config, git } = run.deps;
  const { application, metadata } = run.deployment;
  const remote = requireRemote(application, run.environment.remote);
  await change(run, { status: 'building', metadata: { progress: { phase: 'cloning' } } });
  run.log.line(`Cloning ${remote.url} at ${commit.slice(0, 7)}`);
  await mkdir(directory, { recursive: true });
  const info = await step(run, 'clone', { ms: config.deployments.cloneTimeoutMs, what: 'Cloning' }, (signal) =>
    git.checkout({ remote, commit, directory, signal, ...(metadata.ref && { ref: metadata.ref }) }),
  );
  await change(run, { metadata: { commit_title: run.redact(info.title), commit_author: info.author } });
}

async function buildImage(run: DeploymentRun, directory: string, image: string) {
  const { config, swarm } = run.deps;
  const { application, id } = run.deployment;
  const source = application.sourceConfig;
  const context = await resolveInside(directory, source.build_context ?? '.', 'The build context');
  await change(run, { metadata: { progress: { phase: 'building' } } });
  run.log.line(`Building ${image}`);
  return step(run, 'build', { ms: config.deployments.buildTimeoutMs, what: 'The build' }, (signal) =>
    swarm.build(
      {
        deploymentId: id,
        context,
        dockerfile: source.dockerfile ?? 'Dockerfile',
        buildArgs: source.build_args ?? {},
        tag: image,
        labels: imageLabelsOf(run.deployment),
        ...(source.target && { target: source.target }),
      },
      {
        onStep: (number, steps) => run.log.progress({ phase: 'building', step: number, steps }),
        onLine: (text) => run.log.line(text),
      },
      signal,
    ),
  );
}

async function push(run: DeploymentRun, image: string): Promise<void> {
  await change(run, { metadata: { progress: { phase: 'pushing' } } });
  run.log.line(`Pushing ${image}`);
  await step(run, 'push', { ms: run.deps.config.deployments.buildTimeoutMs, what: 'Pushing the image' }, (signal) =>
    run.deps.swarm.push(image, signal),
  );
}

/** Two builds of one commit with other settings are two images. */
function buildHash({ sourceConfig: { build_context, dockerfile, build_args, target } }: Application): string {
  const settings = JSON.stringify([build_context, dockerfile, Object.entries(build_args ?? {}).sort(), target]);
  return createHash('sha256').update(settings).digest('hex').slice(0, 8);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / bytesPerMegabyte);
}
