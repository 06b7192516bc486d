import { relative, resolve } from 'node:path';
import type Docker from 'dockerode';
import { UserError } from '../../errors.ts';
import { openContext } from './build-context.ts';
import { awaitBuildGone, buildMark } from './build-leftovers.ts';
import { readBuildOutput } from './build-output.ts';
import { reasonOf, statusOf } from '../engine-errors.ts';
import { findImage } from './images.ts';
import { readMessages } from './json-lines.ts';
import type { BuildEvents, BuildRequest, BuiltImage } from '../swarm.ts';

/**
 * Builds with the Engine's classic builder, which every Engine since 1.12 has. An abort closes the connection, at
 * which the Engine cancels this build and no other; returns (by throwing the signal's reason) when its container is gone.
 */
export async function buildImage(
  docker: Docker,
  request: BuildRequest,
  events: BuildEvents,
  signal: AbortSignal,
  contextLimitBytes: number,
): Promise<BuiltImage> {
  signal.throwIfAborted();
  const context = await openContext(request.context, request.dockerfile, contextLimitBytes);
  try {
    const stream = await docker.buildImage(context, { ...optionsOf(request), abortSignal: signal }).catch(asRefusal);
    await read(stream, events, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    await awaitBuildGone(docker, request.deploymentId);
    throw signal.reason;
  } finally {
    context.destroy();
  }
  const built = await findImage(docker, request.tag);
  if (!built) throw new Error(`The build of ${request.tag} ended without an image`);
  return built;
}

async function read(stream: NodeJS.ReadableStream, events: BuildEvents, signal: AbortSignal): Promise<void> {
  const output = readBuildOutput(events);
  let failure: string | undefined;
  for await (const message of readMessages(stream)) {
    output.add(message);
    failure ??= message.error;
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw new UserError(output.describeFailure(failure));
}

function optionsOf(request: BuildRequest): Docker.ImageBuildOptions {
  return {
    t: request.tag,
    dockerfile: relative(request.context, resolve(request.context, request.dockerfile)),
    buildargs: request.buildArgs,
    labels: request.labels,
    extrahosts: buildMark(request.deploymentId),
    rm: true,
    forcerm: true,
    version: '1',
    ...(request.target && { target: request.target }),
  };
}

/** Before the first step the Engine answers with a status: what it says then is about the Dockerfile. */
function asRefusal(error: unknown): never {
  const status = statusOf(error);
  if (status === undefined || status === 503) throw error;
  throw new UserError(`Docker refuses the build: ${reasonOf(error)}`, { cause: error });
}
