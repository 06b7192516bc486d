import { urlPassword } from '../../../secrets/url-password.ts';
import type { ComposeService } from '../../../compose/parse.ts';
import { isRemoteSource } from '../../../compose/remote-source.ts';
import { UserError } from '../../../errors.ts';
import { splitDigest } from '../../../swarm/names.ts';
import { buildImage, findBuilt } from '../steps/build-image.ts';
import { change, type DeploymentContext } from '../steps/deployment-context.ts';
import { megabytes } from '../steps/obtain-image.ts';
import { requireUsableImage } from '../steps/require-usable-image.ts';
import { pullImage, pushImage } from '../steps/transfer-image.ts';
import { pathFrom, type Stack } from './read-stack.ts';

interface Obtained {
  image: string;
  /** Its name on this host, where it was built. */
  local?: string;
  /** Size of the built image. */
  sizeBytes: number;
  built: boolean;
}

interface From {
  directory: string;
  /** Of the services before. */
  obtained: ReadonlyMap<string, Obtained>;
}

/** The image of every service: built from the checkout, pulled, or taken from the version to roll back to. */
export async function obtainImages(
  context: DeploymentContext,
  stack: Stack,
  directory: string,
): Promise<Record<string, string>> {
  const { application, metadata } = context.deployment;
  const recorded = (metadata.rollback_of ?? metadata.promoted_from) ? metadata.images : undefined;
  const obtained = new Map<string, Obtained>();
  for (const service of stack.services) {
    const image = recorded?.[service.name];
    obtained.set(
      service.name,
      image ? await reuse(context, service, image) : await obtain(context, stack, service, { directory, obtained }),
    );
  }
  const all = [...obtained.values()];
  const images = Object.fromEntries([...obtained].map(([name, { image }]) => [name, image]));
  const shown = images[application.sourceConfig.compose_service ?? ''] ?? all[0]?.image;
  const bytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  await change(context, {
    metadata: {
      images,
      ...(shown !== undefined && { image: shown }),
      ...(bytes > 0 && { image_size_mb: megabytes(bytes) }),
      ...(bytes > 0 && { build_cache_hit: !all.some(({ built }) => built) }),
    },
  });
  return images;
}

async function reuse(
  context: DeploymentContext,
  { build: isBuilt, name }: ComposeService,
  image: string,
): Promise<Obtained> {
  const { config, swarm } = context.deps;
  context.log.line(`${name}: rolling back to image ${image}`);
  const kept = { image, sizeBytes: 0, built: false };
  if (await swarm.findImage(image)) return kept;
  if (isBuilt && !config.registry && splitDigest(image).digest === undefined) {
    throw new UserError(
      `The image \`${image}\` of \`${name}\` is no longer on this host. Deploy its commit again instead.`,
    );
  }
  return { ...kept, image: await pullImage(context, image) };
}

async function obtain(
  context: DeploymentContext,
  stack: Stack,
  service: ComposeService,
  from: From,
): Promise<Obtained> {
  if (service.build) return build(context, stack, service, from);
  const image = service.image ?? '';
  await change(context, { metadata: { progress: { phase: 'pulling' } } });
  context.log.line(`${service.name}: pulling ${image}`);
  const what = `The image of \`${service.name}\``;
  await requireUsableImage(context, what, image);
  const pulled = await pullImage(context, image);
  await requireUsableImage(context, what, pulled);
  return { image: pulled, sizeBytes: 0, built: false };
}

async function build(
  context: DeploymentContext,
  stack: Stack,
  service: ComposeService,
  { directory, obtained }: From,
): Promise<Obtained> {
  const { config } = context.deps;
  const build_context = pathFrom(stack.folder, service.build?.build_context ?? '.');
  const contexts = contextsOf(stack, service.build?.contexts ?? {}, obtained);
  const settings = { ...service.build, build_context, ...(service.build?.contexts && { contexts }) };
  requireNoSecrets(context, service.name, settings.build_args ?? {});
  const plan = {
    name: `${context.deployment.application.name}-${service.name}`,
    settings,
    isService: true as const,
    ownImages: [...obtained.values()].flatMap(({ local }) => local ?? []),
    secrets: stack.texts[service.name]?.buildSecrets ?? {},
  };
  const present = await findBuilt(context, plan);
  if (present) context.log.line(`${service.name}: image ${present.image} is already built`);
  const { image, sizeBytes } = present ?? (await buildImage(context, plan, directory));
  // Push existing images too: an earlier process may have been killed between build and push.
  return {
    image: config.registry ? await pushImage(context, image) : image,
    local: image,
    sizeBytes,
    built: !present,
  };
}

/** Folders from the top of the repository, and services as their images. */
function contextsOf(
  { folder }: Stack,
  contexts: Readonly<Record<string, string>>,
  obtained: ReadonlyMap<string, Obtained>,
): Record<string, string> {
  const sources = Object.entries(contexts).map(([name, source]) => {
    const [scheme, service = ''] = source.split(':');
    const base = scheme === 'service' ? obtained.get(service) : undefined;
    if (base) return [name, `docker-image://${base.local ?? base.image}`];
    return [name, isRemoteSource(source) ? source : pathFrom(folder, source)];
  });
  return Object.fromEntries(sources) as Record<string, string>;
}

/** Build arguments are readable by anyone who has the image. */
function requireNoSecrets(context: DeploymentContext, service: string, args: Record<string, string>): void {
  const { buildSecrets, secret: runtime } = context.environment;
  const whole = [...Object.values(runtime), ...Object.values(buildSecrets)];
  // The file may take a connection string apart.
  const secrets = [...whole, ...whole.flatMap((one) => urlPassword(one) ?? [])].filter(Boolean);
  const leaking = Object.keys(args).find((key) => secrets.some((secret) => args[key]?.includes(secret)));
  if (leaking === undefined) return;
  throw new UserError(
    `The build argument ${leaking} of \`${service}\` contains a secret variable, which would be readable in the image. ` +
      'Pass it to the service under `environment` or `secrets`, or to the build with `env set <app> KEY --build-secret`.',
  );
}
