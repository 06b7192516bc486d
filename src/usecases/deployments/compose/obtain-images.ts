import type { ComposeService } from '../../../compose/parse.ts';
import { UserError } from '../../../errors.ts';
import { imageReference, splitDigest } from '../../../swarm/names.ts';
import { buildImage, buildTag, pullImage, pushImage } from '../steps/build-image.ts';
import { change, type DeploymentRun } from '../steps/deployment-run.ts';
import { megabytes, requireCommit } from '../steps/obtain-image.ts';
import { pathFrom, type ReadSet } from './read-set.ts';

interface Obtained {
  image: string;
  /** Of what was built. */
  sizeBytes: number;
  built: boolean;
}

/** The image of every service: built from the checkout, pulled, or the one of a version that is gone back to. */
export async function obtainImages(
  run: DeploymentRun,
  set: ReadSet,
  directory: string,
): Promise<Record<string, string>> {
  const { application, metadata } = run.deployment;
  const recorded = (metadata.rollback_of ?? metadata.promoted_from) ? metadata.images : undefined;
  const obtained = new Map<string, Obtained>();
  for (const service of set.services) {
    const image = recorded?.[service.name];
    obtained.set(service.name, image ? await reuse(run, service, image) : await obtain(run, set, service, directory));
  }
  const all = [...obtained.values()];
  const images = Object.fromEntries([...obtained].map(([name, { image }]) => [name, image]));
  const shown = images[application.sourceConfig.compose_service ?? ''] ?? all[0]?.image;
  const bytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  await change(run, {
    metadata: {
      images,
      ...(shown !== undefined && { image: shown }),
      ...(bytes > 0 && { image_size_mb: megabytes(bytes) }),
      ...(bytes > 0 && { build_cache_hit: !all.some(({ built }) => built) }),
    },
  });
  return images;
}

async function reuse(run: DeploymentRun, { build: isBuilt, name }: ComposeService, image: string): Promise<Obtained> {
  const { config, swarm } = run.deps;
  run.log.line(`${name}: going back to image ${image}`);
  const kept = { image, sizeBytes: 0, built: false };
  if (await swarm.findImage(image)) return kept;
  if (isBuilt && !config.registry && splitDigest(image).digest === undefined) {
    throw new UserError(
      `The image \`${image}\` of \`${name}\` is no longer on this host. Deploy its commit again instead.`,
    );
  }
  return { ...kept, image: await pullImage(run, image) };
}

async function obtain(run: DeploymentRun, set: ReadSet, service: ComposeService, directory: string): Promise<Obtained> {
  if (service.build) return build(run, set, service, directory);
  const image = service.image ?? '';
  await change(run, { metadata: { progress: { phase: 'pulling' } } });
  run.log.line(`${service.name}: pulling ${image}`);
  return { image: await pullImage(run, image), sizeBytes: 0, built: false };
}

async function build(
  run: DeploymentRun,
  set: ReadSet,
  { build: plan, name }: ComposeService,
  directory: string,
): Promise<Obtained> {
  const { config, swarm } = run.deps;
  const { application } = run.deployment;
  const wanted = {
    context: pathFrom(set.folder, plan?.context ?? '.'),
    dockerfile: plan?.dockerfile ?? 'Dockerfile',
    buildArgs: plan?.args ?? {},
    target: plan?.target,
  };
  requireNoSecrets(run, name, wanted.buildArgs);
  const tag = buildTag(run.deployment, requireCommit(run.deployment), wanted);
  const image = imageReference(config.registry, application.project.name, `${application.name}-${name}`, tag);
  const present = await swarm.findImage(image);
  if (present) run.log.line(`${name}: image ${image} is already built`);
  const { sizeBytes } = present ?? (await buildImage(run, directory, image, wanted));
  // Also one that was there: an earlier process may have been killed between build and push.
  return { image: config.registry ? await pushImage(run, image) : image, sizeBytes, built: !present };
}

/** Whoever has the image can read the arguments that it was built with. */
function requireNoSecrets(run: DeploymentRun, service: string, args: Record<string, string>): void {
  const secrets = Object.values(run.environment.secret).filter(Boolean);
  const leaking = Object.keys(args).find((key) => secrets.some((secret) => args[key]?.includes(secret)));
  if (leaking === undefined) return;
  throw new UserError(
    `The build argument ${leaking} of \`${service}\` holds a secret variable, which would stay readable in the image. ` +
      'Give it to the service under `environment` or `secrets`.',
  );
}
