import { createHash } from 'node:crypto';
import type { BuildSettings } from '../../../entities/application-config.ts';
import type { Builder } from '../../../swarm/images/builder.ts';
import { builders, chooseBuilder } from '../../../swarm/images/builders.ts';
import { imageLabelsOf } from '../../../swarm/labels.ts';
import { builtImageReference } from '../../../swarm/names.ts';
import { resolveInside } from './checkout-path.ts';
import { change, type DeploymentContext, step } from './deployment-context.ts';
import { requireUsableImage } from './require-usable-image.ts';
import { requireCommit } from './require-commit.ts';

/** What to build from a checkout. */
export interface BuildPlan {
  /** Part of the image's name after the project: the application, or a service of a stack. */
  name: string;
  settings: BuildSettings;
}

export interface BuiltVersion {
  /** Reference of the image, as it is on this host. */
  image: string;
  sizeBytes: number;
}

/** The image of the deployment's commit, if a builder has already built it. */
export async function findBuilt(context: DeploymentContext, plan: BuildPlan): Promise<BuiltVersion | undefined> {
  for (const builder of builders) {
    const image = referenceOf(context, plan, builder);
    const found = await context.deps.swarm.findImage(image);
    // Any image can be tagged with the name; the label identifies its owner.
    if (found?.application === context.deployment.application.id) return { image, sizeBytes: found.sizeBytes };
  }
  return undefined;
}

/** Builds the image from the checkout in `directory`. */
export async function buildImage(
  context: DeploymentContext,
  plan: BuildPlan,
  directory: string,
): Promise<BuiltVersion> {
  const { deployment, deps, log } = context;
  const { settings } = plan;
  const folder = await resolveInside(directory, settings.build_context ?? '.', 'The build context');
  await change(context, { metadata: { progress: { phase: 'building' } } });
  const checkout = { folder, settings, platform: await deps.swarm.platform() };
  const { builder, reason } = await chooseBuilder(checkout);
  for (const base of await builder.baseImages(checkout)) {
    await requireUsableImage(context, 'The base image', base);
  }
  const image = referenceOf(context, plan, builder);
  log.line(`Using the builder ${builder.name} because ${reason}`);
  log.line(`Building ${image}`);
  const limit = { ms: deps.config.deployments.buildTimeoutMs, what: 'The build' };
  const { sizeBytes } = await step(context, 'build', limit, (signal) =>
    deps.swarm.build(
      {
        deploymentId: deployment.id,
        builder: builder.name,
        context: folder,
        settings,
        tag: image,
        labels: imageLabelsOf(deployment),
        secrets: context.environment.buildSecrets,
      },
      {
        onStep: (number, steps) => log.progress({ phase: 'building', step: number, steps }),
        onLine: (text) => log.output(text, signal),
      },
      signal,
    ),
  );
  return { image, sizeBytes };
}

/** Different builders or settings make different images of one commit. */
function referenceOf({ deployment, deps }: DeploymentContext, { name, settings }: BuildPlan, builder: Builder): string {
  const { application, id, metadata } = deployment;
  const identity = JSON.stringify([builder.name, builder.identity(settings)]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const forced = metadata.force ? `-${id.slice(0, 8)}` : '';
  const tag = `${requireCommit(deployment).slice(0, 12)}-${hash}${forced}`;
  const built = { project: application.project.name, name, applicationId: application.id };
  return builtImageReference(deps.config.registry, built, tag);
}
