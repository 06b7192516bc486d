import { join, relative } from 'node:path';
import { realpath } from 'node:fs/promises';
import type Docker from 'dockerode';
import { UserError } from '../../errors.ts';
import { buildEngine } from '../api-version.ts';
import { dial } from '../buildkit/dial.ts';
import { type BuildProgress, readProgress } from '../buildkit/progress.ts';
import type { Session } from '../buildkit/session.ts';
import type { SentFolders } from '../buildkit/send-folder.ts';
import { decodeTrace } from '../buildkit/trace.ts';
import { ignoreMissing, isMissing, reasonOf } from '../engine-errors.ts';
import type { BuildEvents } from '../swarm.ts';
import { type BuildContext, ignoreFileOf, packContext, readContext } from './build-context.ts';
import { describeBuildFailure, throwRefusal } from './build-failure.ts';
import { readBaseImages } from './read-dockerfile.ts';
import type { EngineBuildRequest } from './builder.ts';
import { normalPath, pathOf } from './dockerfile-path.ts';
import { loginsFor } from './build-logins.ts';
import { readMessages } from './json-lines.ts';

/** After a cancellation, how long the Engine may take to end the build before the connection is closed. */
const patienceMs = 5_000;

/** Whether an Engine of a newer API refuses BuildKit nevertheless. */
export function isWithoutBuildkit(error: unknown): boolean {
  return /buildkit (is )?not (supported|enabled)/i.test(reasonOf(error));
}

/**
 * Builds with the Engine's BuildKit, which fetches the context, logins and secrets over a session. An abort cancels this
 * build only; throws the signal's reason once the Engine has ended it.
 */
export async function buildWithBuildkit(
  request: EngineBuildRequest,
  events: BuildEvents,
  signal: AbortSignal,
): Promise<void> {
  const { context: root, contextLimitBytes: limitBytes, docker, settings } = request;
  const dockerfile = pathOf(settings);
  const ignoreFile = await ignoreFileOf(root, dockerfile);
  const context = await readContext(root, dockerfile, { ignoreFile, limitBytes, signal });
  let unsent: unknown;
  const files = {
    folders: { context, dockerfile: { root, paths: await dockerfilePaths(root, dockerfile, ignoreFile) } },
    onError: (error: unknown) => (unsent ??= error),
  };
  const session = await startSession(request, files);
  const progress = readProgress(events);
  try {
    const failure = await run(request, { context, session, progress }, signal);
    if (failure !== undefined) throw unsent ?? new UserError(describeBuildFailure(failure, progress.failed()));
  } finally {
    session?.close();
  }

  async function run(
    { deploymentId }: EngineBuildRequest,
    parts: Parts,
    aborted: AbortSignal,
  ): Promise<string | undefined> {
    const connection = new AbortController();
    const cancel = () => {
      setTimeout(() => connection.abort(aborted.reason), patienceMs).unref();
      void cancelBuild(docker, deploymentId).catch(() => connection.abort(aborted.reason));
    };
    aborted.throwIfAborted();
    aborted.addEventListener('abort', cancel, { once: true });
    try {
      const failure = await read(await start(request, parts, connection.signal), parts.progress);
      aborted.throwIfAborted();
      return failure;
    } catch (error) {
      if (aborted.aborted) throw aborted.reason;
      // An image that may not be used: the Engine ends a build whose connection is closed, but not at once.
      await cancelBuild(docker, deploymentId);
      throw error;
    } finally {
      aborted.removeEventListener('abort', cancel);
      connection.abort();
    }
  }
}

interface Parts {
  context: BuildContext;
  session: Session | undefined;
  progress: BuildProgress;
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

async function startSession(request: EngineBuildRequest, files: SentFolders): Promise<Session | undefined> {
  const { docker, secrets = {}, tag } = request;
  const login = await loginsFor(request.credentials, await baseImagesOf(request));
  try {
    // gRPC weighs 5 MB, and most of the time nothing is built.
    const { openSession } = await import('../buildkit/session.ts');
    return await openSession(docker, tag.replace(/:[^/:]*$/, ''), { files, login, secrets });
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (Object.keys(secrets).length === 0) return undefined;
    throw new UserError('This Docker Engine takes no build secrets. Use Engine 18.09 to 29, or unset them.');
  }
}

async function baseImagesOf({ baseImages, context: folder, docker, engine, settings }: EngineBuildRequest) {
  if (baseImages) return baseImages;
  const { platform } = engine ?? (await buildEngine(docker));
  return readBaseImages({ folder, settings, platform });
}

async function start(
  { deploymentId, docker, labels, settings, tag, context: root }: EngineBuildRequest,
  { context, session }: Parts,
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

/** @returns why the build failed, in BuildKit's words. */
async function read(stream: NodeJS.ReadableStream, progress: BuildProgress): Promise<string | undefined> {
  let failure: string | undefined;
  for await (const { aux, error } of readMessages(stream)) {
    if (typeof aux === 'string') await progress.add(decodeTrace(aux));
    failure ??= error;
  }
  await progress.end();
  return failure;
}

/** What the frontend looks for beside the context, and the file behind a link. */
async function dockerfilePaths(root: string, dockerfile: string, ignoreFile: string): Promise<string[]> {
  const linked = relative(await realpath(root), await realpath(join(root, dockerfile)));
  const own = ignoreFile === '.dockerignore' ? [] : [ignoreFile];
  const files = [normalPath(root, dockerfile), linked, ...own];
  const paths = new Set(files.flatMap(withFolders));
  return [...paths].sort((one, other) => (one.split('/').join('\0') < other.split('/').join('\0') ? -1 : 1));
}

/** `a/b/c` as `a`, `a/b`, `a/b/c`. */
function withFolders(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

function unlessWithoutBuildkit(error: unknown): never {
  if (isWithoutBuildkit(error)) throw error;
  throwRefusal(error);
}
