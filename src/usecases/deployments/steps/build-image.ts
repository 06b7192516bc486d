import { createHash } from 'node:crypto';
import type { Deployment } from '../../../entities/deployment.ts';
import { imageLabelsOf } from '../../../swarm/labels.ts';
import type { BuiltImage } from '../../../swarm/swarm.ts';
import { resolveInside } from './checkout-path.ts';
import { change, type DeploymentContext, step } from './deployment-context.ts';

/** How an image is made of a checkout. */
export interface BuildPlan {
  /** Inside the repository. */
  context: string;
  /** Relative to the context. */
  dockerfile: string;
  buildArgs: Record<string, string>;
  target?: string | undefined;
}

/** Two builds of one commit with other settings are two images; `identity` tells them. */
export function buildTag({ id, metadata }: Deployment, commit: string, identity: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 8);
  const forced = metadata.force ? `-${id.slice(0, 8)}` : '';
  return `${commit.slice(0, 12)}-${hash}${forced}`;
}

export async function buildImage(
  context: DeploymentContext,
  directory: string,
  image: string,
  { context: path, dockerfile, buildArgs, target }: BuildPlan,
): Promise<BuiltImage> {
  const { config, swarm } = context.deps;
  const folder = await resolveInside(directory, path, 'The build context');
  await change(context, { metadata: { progress: { phase: 'building' } } });
  context.log.line(`Building ${image}`);
  return step(context, 'build', { ms: config.deployments.buildTimeoutMs, what: 'The build' }, (signal) =>
    swarm.build(
      {
        deploymentId: context.deployment.id,
        context: folder,
        dockerfile,
        buildArgs,
        tag: image,
        labels: imageLabelsOf(context.deployment),
        ...(target && { target }),
      },
      {
        onStep: (number, steps) => context.log.progress({ phase: 'building', step: number, steps }),
        onLine: (text) => context.log.line(text),
      },
      signal,
    ),
  );
}

/** As `Swarm.pull`: by digest, as the tag may be moved. */
export async function pullImage(context: DeploymentContext, image: string): Promise<string> {
  const { config, swarm } = context.deps;
  return step(context, 'build', { ms: config.deployments.buildTimeoutMs, what: 'Pulling the image' }, (signal) =>
    swarm.pull(image, (text) => context.log.line(text), signal),
  );
}

/** As `Swarm.push`: by digest. */
export async function pushImage(context: DeploymentContext, image: string): Promise<string> {
  await change(context, { metadata: { progress: { phase: 'pushing' } } });
  context.log.line(`Pushing ${image}`);
  return step(
    context,
    'push',
    { ms: context.deps.config.deployments.buildTimeoutMs, what: 'Pushing the image' },
    (signal) => context.deps.swarm.push(image, signal),
  );
}
