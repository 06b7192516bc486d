import { randomUUID } from 'node:crypto';
import { openControl } from '../buildkit/control.ts';
import { GrpcError } from '../buildkit/grpc-error.ts';
import { solve, status } from '../buildkit/solve.ts';
import type { EngineBuildRequest } from './builder.ts';
import { normalPath, pathOf } from './dockerfile-path.ts';
import { type BuildParts, patienceMs } from './request-build.ts';

/**
 * Builds with BuildKit's own API, which takes attributes that the Engine's request has no place for.
 * @param attributes Further ones of the frontend, e.g. `context:shared`.
 * @returns why the build failed, in BuildKit's words; throws the reason of `signal` once it has ended.
 */
export async function solveBuild(
  request: EngineBuildRequest,
  { progress, session }: BuildParts,
  attributes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const { docker, tag } = request;
  // BuildKit remembers it, and a deployment has several builds.
  const Ref = randomUUID();
  const control = await openControl(docker);
  const refused = new AbortController();
  const over = new AbortController();
  const giveUp = () => void setTimeout(() => over.abort(signal.reason), patienceMs).unref();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const [failure] = await Promise.all([solved(), followed()]);
    signal.throwIfAborted();
    return failure;
  } finally {
    signal.removeEventListener('abort', giveUp);
    control.close();
  }

  async function solved(): Promise<string | undefined> {
    const message = {
      Ref,
      Exporter: 'moby',
      ExporterAttrs: { name: tag },
      Session: session?.id ?? '',
      Frontend: 'dockerfile.v0',
      FrontendAttrs: { ...attributesOf(request), ...attributes },
    };
    try {
      for await (const _ of control.call(solve, message, AbortSignal.any([signal, refused.signal]))) continue;
    } catch (error) {
      if (error instanceof GrpcError) return error.message;
      if (!signal.aborted) throw error;
    }
    return undefined;
  }

  /** Until BuildKit has ended what the build started, also after a cancellation. */
  async function followed(): Promise<void> {
    try {
      for await (const trace of control.call(status, { Ref }, over.signal)) await progress.add(trace);
      await progress.end();
    } catch (error) {
      // A build that is refused at once has no progress.
      if (error instanceof GrpcError || signal.aborted) return;
      refused.abort(error);
      throw error;
    }
  }
}

/** As the Engine makes them of its own request. */
function attributesOf({ context: root, labels, settings }: EngineBuildRequest): Record<string, string> {
  const { build_args: args = {}, target } = settings;
  return {
    filename: normalPath(root, pathOf(settings)),
    'image-resolve-mode': 'default',
    ...prefixed('build-arg:', args),
    ...prefixed('label:', labels),
    ...(target && { target }),
  };
}

function prefixed(prefix: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]));
}
