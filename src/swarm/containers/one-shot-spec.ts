import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { findImage } from '../images/images.ts';
import { installationLabel, labelKeys } from '../labels.ts';
import { newestLines } from '../services/read-log.ts';
import type { Idle, OneShot, ThrowAway } from './one-shot.ts';
import { inContainer, run } from './attached.ts';
import { ProgramError } from './program-error.ts';
import { withEndMark } from './end-mark.ts';
import { putFiles } from './put-files.ts';
import { removeContainer } from '../remove-container.ts';
import type { Swarm } from '../swarm.ts';

/** The Engine, and how to get a missing image. */
export interface Engine {
  docker: Docker;
  pull: Swarm['pull'];
  installation?: string | undefined;
}

/**
 * Checks every second whether a server is up, in one program inside its container. The Engine would start a new one for each
 * health check, for as long as the server is in use.
 */
const untilUp = 'while sleep 1; do "$@" >/dev/null 2>&1 && exit; done';
/** How often, and after how many milliseconds each time, the Engine is asked whether a server has ended. */
const endTries = 20;
const endPollMs = 250;

/** Without a log driver: the Engine's log would be a copy of the whole database. */
export async function createOneShot(engine: Engine, shot: OneShot, signal: AbortSignal): Promise<Docker.Container> {
  await ensureImage(engine, shot.image, signal);
  const container = await engine.docker.createContainer({
    Image: shot.image,
    Entrypoint: withEndMark(shot.command),
    Cmd: [],
    Env: variables(shot.env),
    Labels: { [labelKeys.managed]: 'true', ...installationLabel(engine.installation), ...shot.labels },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: shot.network ?? 'none',
      LogConfig: { Type: 'none', Config: {} },
      SecurityOpt: ['no-new-privileges'],
    },
  });
  return orRemove(container, () => putFiles(container, shot.files));
}

export async function startIdle(engine: Engine, idle: Idle, signal: AbortSignal): Promise<Docker.Container> {
  const command = ['sleep', String(idle.seconds)];
  const container = await createOneShot(engine, { ...idle, command, env: {}, files: {} }, signal);
  return orRemove(container, () => container.start());
}

export async function startServer(engine: Engine, server: ThrowAway, signal: AbortSignal): Promise<Docker.Container> {
  await ensureImage(engine, server.image, signal);
  const container = await engine.docker.createContainer({
    Image: server.image,
    Cmd: [...server.args],
    Env: variables(server.env),
    Labels: { [labelKeys.managed]: 'true', ...installationLabel(engine.installation), ...server.labels },
    Volumes: { [server.dataPath]: {} },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } } },
  });
  return orRemove(container, async () => {
    // Readable by all, since servers run as their own user.
    await putFiles(container, server.files, 0o444);
    if (server.data) await putTar(container, server.data, server.dataPath, signal);
    for await (const tar of server.more ?? []) await putTar(container, tar, server.dataPath, signal);
    await container.start();
    await awaitUp(container, server.healthcheck.test, signal);
  });
}

/** Extracts a tar below `path`; a truncated one leaves what had arrived. */
export async function putTar(
  container: Docker.Container,
  tar: AsyncIterable<Buffer>,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const broken = new AbortController();
  let failure: unknown;
  const source = Readable.from(
    (async function* () {
      try {
        yield* tar;
      } catch (error) {
        failure = error;
        broken.abort(error);
        // Never end the stream: the Engine would take a truncated tar for a complete one.
        await new Promise(() => undefined);
      }
    })(),
    { objectMode: false },
  );
  try {
    await container.putArchive(source, { path, abortSignal: AbortSignal.any([signal, broken.signal]) });
  } catch (error) {
    signal.throwIfAborted();
    throw failure ?? error;
  }
}

async function orRemove(container: Docker.Container, work: () => Promise<unknown>): Promise<Docker.Container> {
  try {
    await work();
    return container;
  } catch (error) {
    await removeContainer(container);
    throw error;
  }
}

/** @throws {ProgramError} with the end of its log when the server ends. */
async function awaitUp(container: Docker.Container, check: readonly string[], signal: AbortSignal): Promise<void> {
  const [kind, ...command] = check;
  const asked = kind === 'CMD-SHELL' ? ['sh', '-c', ...command] : command;
  try {
    const asking = { command: ['sh', '-c', untilUp, 'sh', ...asked], env: {}, files: {} };
    await run(await inContainer(container, asking, false), undefined, signal);
  } catch (error) {
    // What asked has ended with the server, which the Engine may learn later.
    for (let tries = 0; tries < endTries; tries += 1) {
      signal.throwIfAborted();
      const { State } = await container.inspect();
      if (!State.Running) throw new ProgramError(State.ExitCode, await lastLines(container));
      await delay(endPollMs, undefined, { signal });
    }
    throw error;
  }
}

async function lastLines(container: Docker.Container): Promise<string> {
  const lines = 10;
  const printed = await container.logs({ follow: false, stdout: true, stderr: true, timestamps: true, tail: lines });
  return (await newestLines(Readable.from([printed]), lines)).join('\n');
}

export async function ensureImage({ docker, pull }: Engine, image: string, signal: AbortSignal): Promise<void> {
  if (!(await findImage(docker, image))) await pull(image, () => undefined, signal);
}

function variables(env: Record<string, string>): string[] {
  return Object.entries(env).map(([key, value]) => `${key}=${value}`);
}
