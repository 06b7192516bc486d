import { open } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type Docker from 'dockerode';
import type { BuildSettings } from '../../entities/application-config.ts';
import { UserError } from '../../errors.ts';
import { baseImages, maxDockerfileBytes } from './base-images.ts';
import { openContext, requireDockerfile } from './build-context.ts';
import { awaitBuildGone, buildMark } from './build-leftovers.ts';
import { readBuildOutput } from './build-output.ts';
import type { Builder, Checkout, EngineBuildRequest } from './builder.ts';
import { reasonOf, statusOf } from '../engine-errors.ts';
import { findImage } from './images.ts';
import { readMessages } from './json-lines.ts';
import type { BuildEvents, BuiltImage } from '../swarm.ts';

/**
 * Builds with the Engine's classic builder, available since Engine 1.12. An abort closes the connection, which makes
 * the Engine cancel this build only; throws the signal's reason once its container is gone.
 */
export const dockerfileBuilder: Builder = { name: 'dockerfile', detects, baseImages: readBaseImages, identity, build };

async function detects({ folder, settings }: Checkout): Promise<string | undefined> {
  const dockerfile = pathOf(settings);
  try {
    await requireDockerfile(folder, dockerfile);
    return `the build context has \`${dockerfile}\``;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function readBaseImages({ folder, settings }: Checkout): Promise<string[]> {
  await requireDockerfile(folder, pathOf(settings));
  await using file = await open(join(folder, pathOf(settings)));
  const { size } = await file.stat();
  if (size > maxDockerfileBytes) throw new UserError(`\`${pathOf(settings)}\` is larger than 1 MiB. Make it smaller.`);
  return baseImages(await file.readFile('utf8'), settings.build_args ?? {});
}

function identity(settings: BuildSettings): unknown {
  const { build_context: context = '.', build_args: args = {}, target = null } = settings;
  return [context, pathOf(settings), Object.entries(args).sort(), target];
}

async function build(request: EngineBuildRequest, events: BuildEvents, signal: AbortSignal): Promise<BuiltImage> {
  const { docker, contextLimitBytes, deploymentId, tag } = request;
  signal.throwIfAborted();
  const context = await openContext(request.context, pathOf(request.settings), {
    limitBytes: contextLimitBytes,
    signal,
  });
  try {
    const stream = await docker.buildImage(context, { ...optionsOf(request), abortSignal: signal }).catch(asRefusal);
    await read(stream, events, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    await awaitBuildGone(docker, deploymentId);
    throw signal.reason;
  } finally {
    context.destroy();
  }
  const built = await findImage(docker, tag);
  if (!built) throw new Error(`The build of ${tag} ended without an image`);
  return built;
}

async function read(stream: NodeJS.ReadableStream, events: BuildEvents, signal: AbortSignal): Promise<void> {
  const output = readBuildOutput(events);
  let failure: string | undefined;
  for await (const message of readMessages(stream)) {
    await output.add(message);
    failure ??= message.error;
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw new UserError(output.describeFailure(failure));
}

function optionsOf({ context, deploymentId, labels, settings, tag }: EngineBuildRequest): Docker.ImageBuildOptions {
  return {
    t: tag,
    dockerfile: relative(context, resolve(context, pathOf(settings))),
    buildargs: settings.build_args ?? {},
    labels,
    extrahosts: buildMark(deploymentId),
    rm: true,
    forcerm: true,
    version: '1',
    ...(settings.target && { target: settings.target }),
  };
}

function pathOf({ dockerfile = 'Dockerfile' }: BuildSettings): string {
  return dockerfile;
}

/** Errors before the first step come as an HTTP status and concern the Dockerfile. */
function asRefusal(error: unknown): never {
  const status = statusOf(error);
  if (status === undefined || status === 503) throw error;
  throw new UserError(`Docker refused the build: ${reasonOf(error)}`, { cause: error });
}
