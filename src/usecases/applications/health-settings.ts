import type { DockerConfig } from '../../entities/application-config.ts';
import { UsageError } from '../../errors.ts';
import { httpCheckOf, httpKind } from '../../swarm/probe/http-check.ts';
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

/** The command of a check; undefined when it is by HTTP. */
export function shownTest(docker: DockerConfig): string | undefined {
  if (httpCheckOf(docker)) return undefined;
  const [kind, ...words] = docker.healthcheck?.test ?? [];
  return kind === 'CMD' ? JSON.stringify(words) : words[0];
}

export function setHealthPath(docker: DockerConfig, value: string | undefined): void {
  if (value === undefined) return setHealth(docker, undefined);
  if (docker.ports?.[0] === undefined)
    throw new UsageError('health-path: set `port` first, so that the check has a port to call.');
  if (!/^\/[\w./~%?=&+-]*$/.test(value))
    throw new UsageError(`health-path: ${quoted(value)} is not a path. Example: \`/healthz\`.`);
  setHealth(docker, [httpKind, value]);
}
