import { executeSql, type EntityManager } from '../../database/database.ts';
import { HostApp } from '../../entities/host-app.ts';
import { HostAppInstallation } from '../../entities/host-app-installation.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import { tokenRefusalOf } from '../../git-hosts/host-app.ts';
import { appProvider, hostApps } from '../../git-hosts/registry.ts';
import { webhookUrl } from '../connections/webhook-place.ts';
import type { Deps } from '../deps.ts';
import { openIdentity } from './app-keys.ts';
import { findApp } from './find-app.ts';
import { clockText } from './request-token.ts';
import { removeInstallation, storeInstallation } from './store-installation.ts';

export interface ListedApp {
  app: HostApp;
  installations: HostAppInstallation[];
  /** Names of the applications that it reaches repositories for, e.g. `shop/api`. */
  applications: string[];
}

export interface ShownApp extends ListedApp {
  installUrl: string;
  settingsUrl: string;
  /** Why the host did not tell where it is installed: the list is what Shipmate knows. */
  doubt: string | undefined;
  /** Where its webhook leads instead of to Shipmate; undefined when it is right, or the host does not say. */
  hookElsewhere: { leadsTo: string; url: string } | undefined;
}

/** The oldest first. */
export async function listApps({ database }: Deps): Promise<ListedApp[]> {
  const em = database.asSystem();
  const apps = await em.find(HostApp, {}, { orderBy: { createdAt: 'asc' }, limit: 100 });
  return Promise.all(apps.map(async (app) => withUse(em, app)));
}

/** One app, after the host was asked where it is installed. @throws {NotFoundError} */
export async function showApp(deps: Deps, slug: string | undefined): Promise<ShownApp> {
  const found = await findApp(deps.database.asSystem(), slug);
  const doubt = await refreshInstallations(deps, found);
  // Its owner may have renamed it.
  const app = await deps.database.asSystem().findOneOrFail(HostApp, found.id);
  const { ofOrganization: isOrganization, owner, server, slug: own } = app;
  return {
    ...(await withUse(deps.database.asSystem(), app)),
    installUrl: hostApps.installUrl(app),
    settingsUrl: hostApps.settingsUrl({ isOrganization, owner, server, slug: own }),
    doubt,
    hookElsewhere: await readHook(deps, app),
  };
}

/** A server of Enterprise may be too old to say. */
async function readHook(deps: Deps, app: HostApp): Promise<ShownApp['hookElsewhere']> {
  const url = webhookUrl(deps.config, appProvider);
  try {
    const leadsTo = await deps.hostAppApis.open(openIdentity(deps, app)).hookUrl();
    return leadsTo === url ? undefined : { leadsTo, url };
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    deps.logger.info({ err: error, app: app.slug }, 'the git host does not say where the webhook of an app leads');
    return undefined;
  }
}

/** @returns why the host did not tell; undefined when it did. */
export async function refreshInstallations(deps: Deps, app: HostApp): Promise<string | undefined> {
  try {
    const told = await deps.hostAppApis.open(openIdentity(deps, app)).installations();
    await deps.database.asSystem().transactional(async (em) => {
      for (const one of told) await storeInstallation(em, app.id, one);
      const known = await em.find(HostAppInstallation, { hostApp: app.id });
      const gone = known.filter(({ number }) => told.every((one) => one.number !== number));
      for (const { number } of gone) await removeInstallation(em, app.id, number);
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    if (tokenRefusalOf(error) === 'clock') return `${clockText}.`;
    return error.status === 401
      ? `The git host does not know \`${app.slug}\` any more, or its key was revoked.`
      : `The git host did not tell where it is installed: ${error.message}.`;
  }
}

async function withUse(em: EntityManager, app: HostApp): Promise<ListedApp> {
  const installations = await em.find(
    HostAppInstallation,
    { hostApp: app.id },
    { orderBy: { account: 'asc' }, limit: 1_000 },
  );
  return { app, installations, applications: await applicationsOf(em, app) };
}

/** At most 100. */
export async function applicationsOf(em: EntityManager, { id }: Pick<HostApp, 'id'>): Promise<string[]> {
  const { rows } = await executeSql<{ name: string }>(
    em,
    `select p.name || '/' || a.name as name from git_sources s join applications a on a.id = s.application_id
       join projects p on p.id = a.project_id where s.host_app_id = $1 order by 1 limit 100`,
    [id],
  );
  return rows.map(({ name }) => name);
}
