import type { BuildSettings } from '../../entities/application-config.ts';
import { UserError } from '../../errors.ts';
import type { BuildEvents, BuiltImage } from '../swarm.ts';
import { requireDockerfile } from './build-context.ts';
import type { Builder, Checkout, EngineBuildRequest } from './builder.ts';
import { buildEngine } from '../api-version.ts';
import { buildWithBuildkit } from './buildkit-build.ts';
import { buildClassically } from './classic-build.ts';
import { pathOf } from './dockerfile-path.ts';
import { findImage } from './images.ts';
import { openFiles } from './languages/checkout-files.ts';
import { isWithoutBuildkit } from './request-build.ts';
import { requireRunnable } from './runnable.ts';
import { readBaseImages } from './read-dockerfile.ts';
import { withDockerfile } from './written-dockerfile.ts';

/** Builds with BuildKit where the Engine has it, else with the classic builder. */
export const dockerfileBuilder: Builder = {
  name: 'dockerfile',
  looksFor: ['Dockerfile'],
  detects,
  baseImages: readBaseImages,
  identity,
  build,
};

async function detects({ folder, settings }: Checkout): Promise<string | undefined> {
  if (settings.dockerfile_inline !== undefined) return 'the compose file has the Dockerfile';
  const dockerfile = pathOf(settings);
  try {
    await requireDockerfile(folder, dockerfile);
    return `the build context has \`${dockerfile}\``;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function identity(settings: BuildSettings): unknown {
  const { build_args: args = {}, build_context: context = '.', contexts, dockerfile_inline: inline } = settings;
  return [
    context,
    pathOf(settings),
    Object.entries(args).sort(),
    settings.target ?? null,
    ...(inline === undefined ? [] : [inline]),
    ...(contexts === undefined ? [] : [Object.entries(contexts).sort()]),
  ];
}

async function build(request: EngineBuildRequest, events: BuildEvents, signal: AbortSignal): Promise<BuiltImage> {
  const { context: folder, docker, settings, tag } = request;
  const { dockerfile_inline: text, ...rest } = settings;
  signal.throwIfAborted();
  if (text !== undefined) {
    const ignore = (await openFiles(folder).read('.dockerignore')) ?? '';
    return withDockerfile(folder, { text, ignore }, (dockerfile) =>
      build({ ...request, settings: { ...rest, dockerfile } }, events, signal),
    );
  }
  const engine = request.engine ?? (await buildEngine(docker));
  await (engine.buildkit
    ? buildWithBuildkit({ ...request, engine }, events, signal).catch((error: unknown) => {
        if (!isWithoutBuildkit(error)) throw error;
        return buildClassically(request, events, signal);
      })
    : buildClassically(request, events, signal));
  const built = await findImage(docker, tag);
  if (!built) throw new Error(`The build of ${tag} ended without an image`);
  const remedy = 'Build it, or choose a base image, for their platform.';
  await requireRunnable(docker, tag, remedy).catch(async (error: unknown) => {
    // A later deployment would take it for built.
    await docker.getImage(tag).remove();
    throw error;
  });
  return built;
}
