import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { NotFoundError } from '../../errors.ts';
import { isMissing } from '../engine-errors.ts';
import type { LogOptions } from './log-options.ts';
import { inspectService } from './inspect.ts';
import { missingLines } from './missing-lines.ts';
import type { EngineNode } from './nodes.ts';
import { type PrintedLog, readLog } from './read-log.ts';

/**
 * How long all nodes may take to send their part of a log, milliseconds. Swarm waits for ever for one that was cut off,
 * so with a node that is known to be away it is the shorter time.
 */
const limitMs = { all: 15_000, someAway: 3_000 };

export async function serviceLogs(docker: Docker, name: string, options: LogOptions): Promise<PrintedLog> {
  const { lines, sinceSeconds, times } = options;
  const since = sinceSeconds === undefined ? 0 : Math.floor(Date.now() / 1_000 - sinceSeconds);
  try {
    const [service, nodes] = await Promise.all([
      inspectService(docker, name),
      docker.listNodes() as Promise<EngineNode[]>,
    ]);
    const template: Docker.ContainerTaskSpec | undefined = service?.Spec?.TaskTemplate;
    const away = nodes.filter(({ Status }) => Status.State !== 'ready');
    const signal = AbortSignal.timeout(away.length > 0 ? limitMs.someAway : limitMs.all);
    const query = { stdout: true, stderr: true, timestamps: true, tail: lines, since };
    const printed = untilAborted(() => openLog(docker, `/services/${name}/logs?`, query, signal), signal);
    const log = await readLog(printed, { lines, times, tty: template?.ContainerSpec?.TTY });
    const silent = signal.aborted ? away.map(({ ID }) => `node ${ID} is not available`) : [];
    const late = signal.aborted && away.length === 0 ? ['a node did not send its part in time'] : [];
    return { ...log, missing: missingLines([...log.missing, ...silent, ...late], nodes) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new NotFoundError('The application has no service, so it has no logs. Deploy it first.', { cause: error });
  }
}

/** What has come when the signal aborts is kept. */
async function* untilAborted(open: () => Promise<Readable>, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* (await open()) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The client reads a log that it does not follow into memory, whatever its size; this one is read as it comes. */
export function openLog(docker: Docker, path: string, query: object, abortSignal?: AbortSignal): Promise<Readable> {
  const statusCodes = { 101: true, 200: true, 404: 'no such log', 500: 'server error', 503: 'not part of a swarm' };
  const limit = abortSignal && { abortSignal };
  const options = { path, method: 'GET', isStream: true, statusCodes, options: query, ...limit };
  return new Promise((resolve, reject) => {
    docker.modem.dial(options, (error: unknown, stream: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve(stream as Readable);
    });
  });
}
