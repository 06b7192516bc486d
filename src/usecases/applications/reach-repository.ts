import { HostApp } from '../../entities/host-app.ts';
import type { GitRemote } from '../../git/git.ts';
import { UserError } from '../../errors.ts';
import { serverAddress } from '../../git-hosts/clone-url.ts';
import { appProvider } from '../../git-hosts/registry.ts';
import { appCredentials } from './application-environment.ts';
import type { CloneCredentials } from './git-source-secrets.ts';
import type { Repository } from './repository.ts';
import type { Deps } from '../deps.ts';

/** How a repository is reached through an app, or why not although there is one for its server. */
export type AppReach = { app: string; slug: string; remote: GitRemote } | { why: string };

/**
 * Looks for an app that reaches a repository over https: the host gives a token for it or does not.
 * @returns undefined when Shipmate has no app on the repository's server.
 */
async function reachRepository(
  deps: Pick<Deps, 'appTokens' | 'database'>,
  { path, provider, url }: Repository,
): Promise<AppReach | undefined> {
  const server = serverAddress(url, { repository: path });
  if (provider !== appProvider || !/^https?:/.test(url) || server === undefined) return undefined;
  const apps = await deps.database.asSystem().find(HostApp, { server }, { orderBy: { createdAt: 'asc' } });
  let why: string | undefined;
  for (const { id: app, slug } of apps) {
    try {
      const credentials = await appCredentials(deps, { app, repository: path });
      return { app, slug, remote: { url, credentials } };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      why ??= error.message;
    }
  }
  return why === undefined ? undefined : { why };
}

/** The same for who gives no credentials to clone with. */
export async function reachWithout(
  deps: Pick<Deps, 'appTokens' | 'database'>,
  repository: Repository,
  { sshKey, token }: CloneCredentials,
): Promise<AppReach | undefined> {
  return sshKey === undefined && token === undefined ? reachRepository(deps, repository) : undefined;
}

export function hintOf(reach: AppReach | undefined): { hint?: string } {
  return reach && 'why' in reach ? { hint: reach.why } : {};
}

/** Adds to what git says of a repository why no app reaches it. */
export async function explainedBy<T>(reach: AppReach | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (reach && 'why' in reach && error instanceof UserError) throw new UserError(`${error.message} ${reach.why}`);
    throw error;
  }
}
