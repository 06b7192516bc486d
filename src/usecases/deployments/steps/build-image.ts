import { createHash } from 'node:crypto';
import type { Deployment } from '../../../entities/deployment.ts';
import { imageLabelsOf } from '../../../swarm/labels.ts';
import type { BuiltImage } from '../../../swarm/swarm.ts';
import { resolveInside } from './checkout-path.ts';
import { change, type DeploymentRun, step } from './deployment-run.ts';

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
  run: DeploymentRun,
  directory: string,
  image: string,
  { context: path, dockerfile, buildArgs, target }: BuildPlan,
): Promise<BuiltImage> {
  const { config, swarm } = run.deps;
  const context = await resolveInside(directory, path, 'The build context');
  await change(run, { metadata: { progress: { phase: 'building' } } });
  run.log.line(`Building ${image}`);
  return step(run, 'build', { ms: config.deployments.buildTimeoutMs, what: 'The build' }, (signal) =>
    swarm.build(
      {
        deploymentId: run.deployment.id,
        context,
        dockerfile,
        buildArgs,
        tag: image,
        labels: imageLabelsOf(run.deployment),
        ...(target && { target }),
      },
      {
        onStep: (number, steps) => run.log.progress({ phase: 'building', step: number, steps }),
        onLine: (text) => run.log.line(text),
      },
      signal,
    ),
  );
}

/** As `Swarm.pull`: by digest, as the tag may be moved. */
export async function pullImage(run: DeploymentRun, image: string): Promise<string> {
  const { config, swarm } = run.deps;
  return step(run, 'build', { ms: config.deployments.buildTimeoutMs, what: 'Pulling the image' }, (signal) =>
    swarm.pull(image, (text) => run.log.line(text), signal),
  );
}

/** As `Swarm.push`: by digest. */
export async function pushImage(run: DeploymentRun, image: string): Promise<string> {
  await change(run, { metadata: { progress: { phase: 'pushing' } } });
  run.log.line(`Pushing ${image}`);
  return step(run, 'push', { ms: run.deps.config.deployments.buildTimeoutMs, what: 'Pushing the image' }, (signal) =>
    run.deps.swarm.push(image, signal),
  );
}
