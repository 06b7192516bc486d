import { createHash } from 'node:crypto';
import { isRemoteSource } from '../../../compose/remote-source.ts';
import type { Config } from '../../../config.ts';
import type { Application } from '../../../entities/application.ts';
import type { BuildSettings } from '../../../entities/application-config.ts';
import type { Builder } from '../../../swarm/images/builder.ts';
import { buildersFor, chooseBuilder } from '../../../swarm/images/builders.ts';
import { imageLabelsOf } from '../../../swarm/labels.ts';
import { findBaseImages } from '../../../swarm/images/parse-dockerfile.ts';
import type { Generation, NamedContext } from '../../../swarm/build-input.ts';
import type { BuiltImage } from '../../../swarm/swarm.ts';
import { builtImageReference } from '../../../swarm/names.ts';
import { defaultPort } from '../../../swarm/images/generated-builder.ts';
import { applicationName } from '../../applications/find-application.ts';
import { resolveInside } from './checkout-path.ts';
import { change, type DeploymentContext, isOutside, step } from './deployment-context.ts';
import { requireUsableImage } from './require-usable-image.ts';
import { requireCommit } from './require-commit.ts';
import { pullImage } from './transfer-image.ts';

/** What to build from a checkout. */
export interface BuildPlan {
  /** Part of the image's name after the project: the application, or a service of a stack. */
  name: string;
  settings: BuildSettings;
  /** Whether it is a service of a stack: the application's port is that of another (default false). */
  isService?: true;
  /** Images of this deployment that it builds on (default none). */
  ownImages?: readonly string[];
  /** More build secrets than the application has (default none). */
  secrets?: Record<string, string>;
}

export interface BuiltVersion {
  /** Reference of the image, as it is on this host. */
  image: string;
  sizeBytes: number;
}

/** The image of the deployment's commit, if a builder has already built it. */
export async function findBuilt(context: DeploymentContext, plan: BuildPlan): Promise<BuiltVersion | undefined> {
  const images = buildersFor(plan.settings).map((builder) => referenceOf(context, plan, builder));
  const found = await Promise.all(images.map((image) => context.deps.swarm.findImage(image)));
  for (const [place, image] of images.entries()) {
    const built = found[place];
    // Any image can be tagged with the name; the label identifies its owner.
    if (built?.application === context.deployment.application.id) return { image, sizeBytes: built.sizeBytes };
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
  const generation = generationOf(context, plan);
  const engine = await deps.swarm.buildEngine();
  const checkout = { folder, settings, generation, platform: engine.platform };
  const { builder, reason } = await chooseBuilder(checkout);
  log.line(`Using the builder ${builder.name} because ${reason}`);
  if (builder.dockerfile && !plan.isService && generation.port === undefined) {
    const name = applicationName(deployment.application);
    log.line(`The container listens on port ${defaultPort}. For an address: \`app set ${name} port=${defaultPort}\``);
  }
  const baseImages = await builder.baseImages(checkout);
  const { ownImages: own = [] } = plan;
  const requireBase = (base: string) => requireUsableImage(context, 'The base image', base, own);
  for (const base of baseImages) {
    const found = await requireBase(base);
    // What is on this host may have come here with a login.
    if (isOutside(context) && !own.includes(base)) await pullImage(context, base);
    for (const used of await imagesOfTriggers(found)) await requireBase(used);
  }
  const image = referenceOf(context, plan, builder);
  log.line(`Building ${image}`);
  const contexts = await namedContexts(directory, settings.contexts);
  const limit = { ms: deps.config.deployments.buildTimeoutMs, what: 'The build' };
  const { sizeBytes } = await step(context, 'build', limit, (signal) =>
    deps.swarm.build(
      {
        deploymentId: deployment.id,
        builder: builder.name,
        context: folder,
        settings,
        contexts,
        generation,
        engine,
        baseImages,
        tag: image,
        labels: imageLabelsOf(deployment),
        ...(isOutside(context) && { anonymous: true }),
        secrets: { ...context.environment.buildSecrets, ...plan.secrets },
      },
      {
        onStep: (number, steps) => log.progress({ phase: 'building', step: number, steps }),
        onLine: (text) => log.output(text, signal),
        onImage: async (used) => void (await requireBase(used)),
      },
      signal,
    ),
  );
  return { image, sizeBytes };
}

/** Folders of the checkout, and what BuildKit finds itself. */
async function namedContexts(
  directory: string,
  contexts: BuildSettings['contexts'] = {},
): Promise<Record<string, NamedContext>> {
  const resolved: Record<string, NamedContext> = {};
  for (const [name, source] of Object.entries(contexts)) {
    resolved[name] = isRemoteSource(source)
      ? { source }
      : { folder: await resolveInside(directory, source, `The context \`${name}\``) };
  }
  return resolved;
}

/** Images that a base which is on this host copies from or mounts (`ONBUILD`); BuildKit tells of those of others. */
async function imagesOfTriggers({ triggers }: Pick<BuiltImage, 'triggers'> = {}): Promise<string[]> {
  return triggers ? findBaseImages(`FROM scratch\n${triggers.join('\n')}\n`, {}) : [];
}

/** What builders make by themselves listens where the ingress expects it. */
export function generationFor({ deployments }: Config, { dockerConfig }: Application): Generation {
  const port = dockerConfig.ports?.[0]?.container;
  return { images: deployments.baseImages, ...(port !== undefined && { port }) };
}

/** The application's port is that of one service of a stack only. */
function generationOf({ deployment, deps }: DeploymentContext, { isService }: BuildPlan): Generation {
  return isService
    ? { images: deps.config.deployments.baseImages }
    : generationFor(deps.config, deployment.application);
}

/** Different builders or settings make different images of one commit. */
function referenceOf(context: DeploymentContext, plan: BuildPlan, builder: Builder): string {
  const { deployment, deps } = context;
  const { name, settings } = plan;
  const { application, id, metadata } = deployment;
  const identity = JSON.stringify([builder.name, builder.identity(settings, generationOf(context, plan))]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const forced = metadata.force ? `-${id.slice(0, 8)}` : '';
  const tag = `${requireCommit(deployment).slice(0, 12)}-${hash}${forced}`;
  const built = { project: application.project.name, name, applicationId: application.id };
  return builtImageReference(deps.config.registry, built, tag);
}
