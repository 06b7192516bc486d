import type Docker from 'dockerode';
import type { DockerConfig } from '../../entities/application-config.ts';
import { nanosecondsOf, secondsToNanoseconds } from '../engine-units.ts';

/** Where the probe is mounted in the containers of a service with a check by HTTP. */
export const probePath = '/.shipmate/probe';
/** First word of a check by HTTP; its second is the path. */
export const httpKind = 'HTTP';

/** How long an application may take to answer. */
const defaultTimeout = '10s';
/**
 * How long the probe may take to start, seconds. It keeps the application's time itself, with a reason; the Engine's limit
 * begins before, and a machine without a free processor has needed more than 10 s to start any check.
 */
const startSeconds = 20;

/** As earlier versions stored a check by HTTP. */
const shellCheck =
  /^wget -q -O \/dev\/null '(http:\/\/127\.0\.0\.1:(\d+)(\/[^']*))' \|\| curl -fsS -o \/dev\/null '\1'$/;

export interface HttpCheck {
  path: string;
  port: number;
}

/** The check by HTTP of a service; undefined when it has another one, or none. */
export function httpCheckOf({ healthcheck, ports }: DockerConfig): HttpCheck | undefined {
  const [kind, word = ''] = healthcheck?.test ?? [];
  if (kind === httpKind) return { path: word, port: ports?.[0]?.container ?? 80 };
  const stored = kind === 'CMD-SHELL' ? shellCheck.exec(word) : null;
  return stored ? { path: stored[3] ?? '/', port: Number(stored[2]) } : undefined;
}

/**
 * The Engine's form of it.
 * @param mounted Whether the probe is in the container; without it the image needs a shell and wget or curl.
 */
export function httpCheckForm(
  { path, port }: HttpCheck,
  timeout: string | undefined,
  mounted: boolean,
): Pick<Docker.HealthConfig, 'Test' | 'Timeout'> {
  const limit = nanosecondsOf(timeout ?? defaultTimeout);
  if (mounted) {
    const ms = String(Math.round(limit / 1e6));
    return {
      Test: ['CMD', probePath, 'http', String(port), path, ms],
      Timeout: limit + secondsToNanoseconds(startSeconds),
    };
  }
  const url = `http://127.0.0.1:${port}${path}`;
  return { Test: ['CMD-SHELL', `wget -q -O /dev/null '${url}' || curl -fsS -o /dev/null '${url}'`], Timeout: limit };
}
