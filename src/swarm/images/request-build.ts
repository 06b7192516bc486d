import type Docker from 'dockerode';
import { dial } from '../buildkit/dial.ts';
import type { BuildProgress } from '../buildkit/progress.ts';
import type { Session } from '../buildkit/session.ts';
import { decodeTrace } from '../buildkit/trace.ts';
import { ignoreMissing, reasonOf } from '../engine-errors.ts';
import { type BuildContext, packContext } from './build-context.ts';
import { throwRefusal } from './build-failure.ts';
import type { EngineBuildRequest } from './builder.ts';
import { normalPath, pathOf } from './dockerfile-path.ts';
import { readMessages } from './json-lines.ts';

/** What a build needs while it runs. */
export interface BuildParts {
  context: BuildContext;
  /** Undefined for an Engine that has none. */
  session: Session | undefined;
  progress: BuildProgress;
}

/** After a cancellation, how long the Engine may take to end the build before the connection is closed. */
export const patienceMs = 5_000;

/** Whether an Engine of a newer API refuses BuildKit nevertheless. */
export function isWithoutBuildkit(error: unknown): boolean {
  return /buildkit (is )?not (supported|enabled)/i.test(reasonOf(error));
}

/**
 * Builds with the Engine's own request.
 * @returns why the build failed, in BuildKit's words; throws the reason of `signal` once the Engine has ended it.
 */
export async function requestBuild(
  request: EngineBuildRequest,
  parts: BuildParts,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { deploymentId, docker } = request;
  const connection = new AbortController();
  const cancel = () => {
    setTimeout(() => connection.abort(signal.reason), patienceMs).unref();
    void cancelBuild(docker, deploymentId).catch(() => connection.abort(signal.reason));
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const failure = await read(await start(request, parts, connection.signal), parts.progress);
    signal.throwIfAborted();
    return failure;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // An image that may not be used: the Engine ends a build whose connection is closed, but not at once.
    await cancelBuild(docker, deploymentId);
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    connection.abort();
  }
}

/** Ends a build that runs, with what its steps started; nothing happens when there is none. */
export async function cancelBuild(docker: Docker, deploymentId: string): Promise<void> {
  await dial(docker, {
    path: '/build/cancel?',
    method: 'POST',
    options: { _query: { id: deploymentId }, _body: {} },
    statusCodes: { 200: true, 204: true },
  }).catch(ignoreMissing);
}

async function start(
  { deploymentId, docker, labels, settings, tag, context: root }: EngineBuildRequest,
  { context, session }: BuildParts,
  abortSignal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const query = {
    version: '2',
    buildid: deploymentId,
    t: tag,
    dockerfile: normalPath(root, pathOf(settings)),
    buildargs: settings.build_args ?? {},
    labels,
    ...(settings.target && { target: settings.target }),
    ...(session && { session: session.id, remote: 'client-session' }),
  };
  return dial<NodeJS.ReadableStream>(docker, {
    path: '/build?',
    method: 'POST',
    options: { _query: query, _body: {} },
    ...(!session && { file: packContext(context, pathOf(settings)) }),
    abortSignal,
    isStream: true,
    statusCodes: { 200: true },
  }).catch(unlessWithoutBuildkit);
}

async function read(stream: NodeJS.ReadableStream, progress: BuildProgress): Promise<string | undefined> {
  let failure: string | undefined;
  for await (const { aux, error } of readMessages(stream)) {
    if (typeof aux === 'string') await progress.add(decodeTrace(aux));
    failure ??= error;
  }
  await progress.end();
  return failure;
}

function unlessWithoutBuildkit(error: unknown): never {
  if (isWithoutBuildkit(error)) throw error;
  throwRefusal(error);
}
