import { HostApp } from '../../entities/host-app.ts';
import { HostAppInstallation } from '../../entities/host-app-installation.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import type { ReachedRepository } from '../../git-hosts/host-app.ts';
import { hostApps } from '../../git-hosts/registry.ts';
import type { Deps } from '../deps.ts';
import { openIdentity } from './app-keys.ts';
import { findApp } from './find-app.ts';
import { refreshInstallations } from './read-apps.ts';

/** So many repositories of an installation are asked for; an organization may have more. */
const mostOfOne = 500;
/** For how long a list serves completion, milliseconds. */
const freshMs = 60_000;

export interface InstallationRepositories {
  app: HostApp;
  account: string;
  /** Page to change which they are. */
  url: string;
  repositories: ReachedRepository[];
  /** Why the host does not list them; a sentence. */
  why?: string;
}

/**
 * The repositories that the installations of one app, or of all, reach.
 * @throws {NotFoundError} when there is no such app.
 */
export async function listRepositories(deps: Deps, slug: string | undefined): Promise<InstallationRepositories[]> {
  const em = deps.database.asSystem();
  const apps = slug === undefined ? await em.find(HostApp, {}, { orderBy: { createdAt: 'asc' } }) : [];
  if (apps.length === 0) apps.push(await findApp(em, slug));
  const lists: InstallationRepositories[] = [];
  for (const app of apps) {
    await refreshInstallations(deps, app);
    const order = { orderBy: { account: 'asc' } } as const;
    const installations = await deps.database.asSystem().find(HostAppInstallation, { hostApp: app.id }, order);
    for (const one of installations) lists.push(await readOne(deps, app, one));
  }
  return lists;
}

async function readOne(deps: Deps, app: HostApp, one: HostAppInstallation): Promise<InstallationRepositories> {
  const url = hostApps.installationUrl(app.server, one);
  const place = { app, account: one.account, url, repositories: [] };
  if (one.suspendedAt) return { ...place, why: `It is suspended. Unsuspend it: ${url}` };
  try {
    const api = deps.hostAppApis.open(openIdentity(deps, app));
    const { token } = await api.createToken({ installation: one.number, permissions: { metadata: 'read' } });
    return { ...place, repositories: await deps.hostAppApis.repositories(app.server, token, mostOfOne) };
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    return { ...place, why: `The git host does not list them: ${error.message}.` };
  }
}

/** Of this process. */
const fresh = new WeakMap<Deps['database'], { until: number; urls: Promise<string[]> }>();

/** Clone URLs of what the apps reach, for completion; a minute old at most, and none where the host does not answer. */
export async function reachedUrls(deps: Deps): Promise<string[]> {
  const known = fresh.get(deps.database);
  if (known && known.until > Date.now()) return known.urls;
  const urls = readUrls(deps).catch((error: unknown) => {
    deps.logger.warn({ err: error }, 'repositories for completion were not listed');
    return [];
  });
  fresh.set(deps.database, { until: Date.now() + freshMs, urls });
  return urls;
}

async function readUrls(deps: Deps): Promise<string[]> {
  if ((await deps.database.asSystem().count(HostApp)) === 0) return [];
  const lists = await listRepositories(deps, undefined);
  return lists.flatMap(({ repositories }) => repositories.map(({ cloneUrl }) => cloneUrl)).sort();
}
