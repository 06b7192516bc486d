import { registryOf } from '../names.ts';
import type { Credentials, RegistryLogin } from './credentials.ts';

/** What BuildKit calls Docker Hub when it asks for a login. */
const hubHosts = new Set(['registry-1.docker.io', 'index.docker.io', 'docker.io']);

/**
 * Logins by registry for a build. BuildKit asks by the registry alone: a login that is for some of its images only is
 * given if it is for all of those that the Dockerfile names there.
 */
export async function loginsFor(
  credentials: Credentials,
  images: readonly string[],
): Promise<(host: string) => RegistryLogin | undefined> {
  const logins = new Map<string, RegistryLogin | undefined>();
  for (const image of images) {
    const host = registryOf(image);
    const login = await credentials(image);
    logins.set(host, !logins.has(host) || isSame(logins.get(host), login) ? login : undefined);
  }
  return (host) => logins.get(hubHosts.has(host) ? 'docker.io' : host);
}

function isSame(one: RegistryLogin | undefined, other: RegistryLogin | undefined): boolean {
  return one?.username === other?.username && one?.password === other?.password;
}
