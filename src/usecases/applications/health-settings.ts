import type { DockerConfig } from '../../entities/application-config.ts';
import { UsageError } from '../../errors.ts';
import { quoted } from '../../quoted.ts';

/** Sets a key, or removes it: under exactOptionalPropertyTypes undefined is not absent. */
export function setOrRemove<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): void {
  if (value === undefined) delete object[key];
  else object[key] = value;
}

type Healthcheck = NonNullable<DockerConfig['healthcheck']>;

export function requireHealth(docker: DockerConfig): Healthcheck {
  if (docker.healthcheck) return docker.healthcheck;
  throw new UsageError('Set `health-cmd` or `health-path` first: there is no health check to tune.');
}

export function setHealth(docker: DockerConfig, test: string[] | undefined): void {
  setOrRemove(docker, 'healthcheck', test === undefined ? undefined : { ...docker.healthcheck, test });
}

export function shownTest(healthcheck: Healthcheck | undefined): string | undefined {
  const [kind, ...words] = healthcheck?.test ?? [];
  return kind === 'CMD' ? JSON.stringify(words) : words[0];
}

/** Runs inside the container, with wget or curl, whichever the image has. */
function httpTest(path: string, port: number): string[] {
  const url = `http://127.0.0.1:${port}${path}`;
  return ['CMD-SHELL', `wget -q -O /dev/null '${url}' || curl -fsS -o /dev/null '${url}'`];
}

export function setHealthPath(docker: DockerConfig, value: string | undefined): void {
  if (value === undefined) return setHealth(docker, undefined);
  const port = docker.ports?.[0]?.container;
  if (port === undefined) throw new UsageError('health-path: set `port` first, so that the check has a port to call.');
  if (!/^\/[\w./~%?=&+-]*$/.test(value))
    throw new UsageError(`health-path: ${quoted(value)} is not a path. Example: \`/healthz\`.`);
  setHealth(docker, httpTest(value, port));
}
