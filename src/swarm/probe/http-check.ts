import type Docker from 'dockerode';
import type { DockerConfig } from '../../entities/application-config.ts';
import { nanosecondsOf } from '../engine-units.ts';

/** Where the probe is mounted in the containers of a service with a check by HTTP. */
export const probePath = '/.shipmate/probe';
/** First word of a check by HTTP; its second is the path. */
export const httpKind = 'HTTP';

const defaultTimeout = '10s';
/** The probe answers so much before the Engine would end it, so that its reason is not lost; milliseconds. */
const marginMs = 500;

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
  const Timeout = nanosecondsOf(timeout ?? defaultTimeout);
  if (mounted) {
    const limit = Timeout / 1e6;
    const ms = Math.round(Math.max(limit / 2, limit - marginMs));
    return { Test: ['CMD', probePath, 'http', String(port), path, String(ms)], Timeout };
  }
  const url = `http://127.0.0.1:${port}${path}`;
  return { Test: ['CMD-SHELL', `wget -q -O /dev/null '${url}' || curl -fsS -o /dev/null '${url}'`], Timeout };
}
