import type Docker from 'dockerode';
import { UserError } from '../../errors.ts';
import { throwRefusal } from './build-failure.ts';
import type { BuildEvents } from '../swarm.ts';
import { packContext, readContext } from './build-context.ts';
import { awaitBuildGone, buildMark } from './build-leftovers.ts';
import { readBuildOutput } from './build-output.ts';
import type { EngineBuildRequest } from './builder.ts';
import { normalPath, pathOf } from './dockerfile-path.ts';
import { readMessages } from './json-lines.ts';
import { findHeredoc } from './parse-dockerfile.ts';
import { readDockerfile } from './read-dockerfile.ts';

/**
 * Builds with the Engine's classic builder, for Engines without BuildKit. An abort closes the connection, which makes the
 * Engine cancel this build only; throws the signal's reason once its container is gone.
 * @throws {UserError} also for what only BuildKit can build.
 */
export async function buildClassically(
  request: EngineBuildRequest,
  events: BuildEvents,
  signal: AbortSignal,
): Promise<void> {
  const { contextLimitBytes, contexts = {}, deploymentId, docker, secrets = {} } = request;
  if (Object.keys(contexts).length > 0) throw needsBuildkit('Named contexts (`additional_contexts`) need');
  if (Object.keys(secrets).length > 0) throw needsBuildkit('Build secrets need');
  // It reads the instruction without its text, skips the text, and succeeds.
  if (await findHeredoc(await readDockerfile(request.context, request.settings))) {
    throw needsBuildkit('A here-document (`<<EOF`) in the Dockerfile needs');
  }
  const dockerfile = pathOf(request.settings);
  const context = await readContext(request.context, dockerfile, { limitBytes: contextLimitBytes, signal });
  const sent = packContext(context, dockerfile);
  try {
    const stream = await docker.buildImage(sent, { ...optionsOf(request), abortSignal: signal }).catch(throwRefusal);
    await read(stream, events, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    await awaitBuildGone(docker, deploymentId);
    throw signal.reason;
  } finally {
    sent.destroy();
  }
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
    dockerfile: normalPath(context, pathOf(settings)),
    buildargs: settings.build_args ?? {},
    labels,
    extrahosts: buildMark(deploymentId),
    rm: true,
    forcerm: true,
    version: '1',
    ...(settings.target && { target: settings.target }),
  };
}

function needsBuildkit(what: string): UserError {
  return new UserError(`${what} BuildKit, which this Docker Engine does not have. Update it to 18.09 or later.`);
}
