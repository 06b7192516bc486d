import { join, relative } from 'node:path';
import { realpath } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { buildEngine, isIn } from '../api-version.ts';
import { readProgress } from '../buildkit/progress.ts';
import { openSession, type Session } from '../buildkit/session.ts';
import type { SentFolders } from '../buildkit/send-folder.ts';
import { isMissing } from '../engine-errors.ts';
import type { BuildEvents } from '../swarm.ts';
import { ignoreFileOf, readContext } from './build-context.ts';
import { describeBuildFailure } from './build-failure.ts';
import { readBaseImages } from './read-dockerfile.ts';
import type { EngineBuildRequest } from './builder.ts';
import { normalPath, pathOf } from './dockerfile-path.ts';
import { loginsFor } from './build-logins.ts';
import { readNamedContexts } from './named-contexts.ts';
import { requestBuild } from './request-build.ts';
import { solveBuild } from './solve-build.ts';

/**
 * Builds with the Engine's BuildKit, which fetches the context, logins and secrets over a session. An abort cancels this
 * build only; throws the signal's reason once the Engine has ended it.
 */
export async function buildWithBuildkit(
  request: EngineBuildRequest,
  events: BuildEvents,
  signal: AbortSignal,
): Promise<void> {
  const { context: root, contextLimitBytes: limitBytes, contexts = {}, settings } = request;
  const dockerfile = pathOf(settings);
  const ignoreFile = await ignoreFileOf(root, dockerfile);
  const hasNamed = Object.keys(contexts).length > 0;
  if (hasNamed) await requireNamedContexts(request);
  const context = await readContext(root, dockerfile, { ignoreFile, limitBytes, signal });
  const named = await readNamedContexts(contexts, { limitBytes, signal });
  let unsent: unknown;
  const own = { context, dockerfile: { root, paths: await dockerfilePaths(root, dockerfile, ignoreFile) } };
  const files = { folders: { ...named.folders, ...own }, onError: (error: unknown) => (unsent ??= error) };
  const session = await startSession(request, files);
  const progress = readProgress(events);
  const parts = { context, session, progress };
  try {
    const failure = await (hasNamed
      ? solveBuild(request, parts, named.attributes, signal)
      : requestBuild(request, parts, signal));
    if (failure !== undefined) throw unsent ?? new UserError(describeBuildFailure(failure, progress.failed()));
  } finally {
    session?.close();
  }
}

async function requireNamedContexts({ docker, engine }: EngineBuildRequest): Promise<void> {
  const { apiVersion } = engine ?? (await buildEngine(docker));
  if (isIn(apiVersion, 'namedContexts')) return;
  throw new UserError(
    'Named contexts (`additional_contexts`) need Docker Engine 23 or later. Update it, name images in `FROM` or ' +
      '`COPY --from`, and take a `context` that has the folders.',
  );
}

async function startSession(request: EngineBuildRequest, files: SentFolders): Promise<Session | undefined> {
  const { contexts = {}, docker, secrets = {}, tag } = request;
  const login = await loginsFor(request.credentials, await baseImagesOf(request));
  try {
    return await openSession(docker, tag.replace(/:[^/:]*$/, ''), { files, login, secrets });
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (Object.keys(contexts).length > 0) throw withoutSession('named contexts');
    if (Object.keys(secrets).length > 0) throw withoutSession('build secrets');
    return undefined;
  }
}

function withoutSession(what: string): UserError {
  return new UserError(`This Docker Engine takes no ${what}: it has no BuildKit sessions. Use Engine 23 or later.`);
}

async function baseImagesOf({ baseImages, context: folder, docker, engine, settings }: EngineBuildRequest) {
  if (baseImages) return baseImages;
  const { platform } = engine ?? (await buildEngine(docker));
  return readBaseImages({ folder, settings, platform });
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
