import { HostApp } from '../../entities/host-app.ts';
import { HostAppInstallation } from '../../entities/host-app-installation.ts';
import { webOrigin } from '../../git-hosts/clone-url.ts';
import { appProvider } from '../../git-hosts/registry.ts';
import type { RepositoryProvider } from '../applications/repository.ts';
import type { Deps } from '../deps.ts';

export interface GivenRepository {
  repo: string | undefined;
  provider: RepositoryProvider | undefined;
}

/**
 * What people leave out where an app is installed: `owner/name` becomes the address to clone from, and a server of one's own
 * is known by its app.
 */
export async function expandRepository(
  deps: Pick<Deps, 'database'>,
  { provider, repo: given }: GivenRepository,
): Promise<GivenRepository> {
  if (given === undefined) return { repo: given, provider };
  const repo = await addressOf(deps, given);
  const isApps = provider === undefined && (await isOfApp(deps, repo));
  return { repo, provider: isApps ? appProvider : provider };
}

async function addressOf({ database }: Pick<Deps, 'database'>, given: string): Promise<string> {
  const [, owner] = /^([\w-]{1,100})\/[\w.-]{1,100}$/.exec(given) ?? [];
  if (owner === undefined) return given;
  const found = await database
    .asSystem()
    .find(HostAppInstallation, {}, { populate: ['hostApp'], orderBy: { createdAt: 'asc' }, limit: 1_000 });
  const installation = found.find(({ account }) => account.toLowerCase() === owner.toLowerCase());
  return installation ? `${installation.hostApp.server}/${given}.git` : given;
}

async function isOfApp({ database }: Pick<Deps, 'database'>, repo: string): Promise<boolean> {
  const server = webOrigin(repo);
  return server !== undefined && (await database.asSystem().count(HostApp, { server })) > 0;
}
