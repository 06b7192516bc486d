import { createHash } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { HostApp } from '../../entities/host-app.ts';
import { Notification } from '../../entities/notification.ts';
import type { Fact } from '../../entities/notification-facts.ts';
import { type InstallationEvent, type InstalledRepository, missingRights } from '../../git-hosts/host-app.ts';
import { hostApps } from '../../git-hosts/registry.ts';
import { notify } from '../notify.ts';

/** Repositories that a message names. */
const mostNamed = 5;

interface Reaching {
  id: string;
  name: string;
  repository: string;
  repositoryId: string | null;
}

/** What a delivery tells. */
export interface ToldInstallation {
  app: HostApp;
  told: InstallationEvent;
  /** The same when the host sends it again, which tells nobody twice. */
  deliveryId: string;
}

/**
 * Tells the routes what an installation's change means: each application whose repository is concerned, and those across all
 * projects where none is.
 */
export async function tellInstallation(em: EntityManager, change: ToldInstallation): Promise<void> {
  const { told } = change;
  if (told.action === 'present' && told.change === 'other') return;
  const account = told.action === 'present' ? told.installation.account : told.account;
  const applications = await applicationsAt(em, change.app, account);
  const concerned = applications.flatMap((one) => {
    const reach = reachOf(told, one);
    return reach ? [{ ...one, reach }] : [];
  });
  const common = commonFacts(change, account);
  for (const { id, name, reach, repository } of concerned) {
    const fact = { kind: 'app-reach', application: name, repository, change: reach, ...common } as const;
    await tellOnce(em, change, { fact, applicationId: id });
  }
  const fact = { kind: 'app-installation', ...ofInstallation(told, applications), ...common } as const;
  const tellsMore = fact.change === 'added' || fact.change === 'removed' ? fact.count !== 0 : concerned.length === 0;
  if (tellsMore || (fact.change === 'installed' && fact.count !== 0)) await tellOnce(em, change, { fact });
}

const lossy: ReadonlySet<string> = new Set(['left', 'suspended', 'uninstalled']);

/** Applications that reach a repository of the account through the app, whatever the account's spelling. */
async function applicationsAt(em: EntityManager, { id }: HostApp, account: string): Promise<Reaching[]> {
  const { rows } = await executeSql<Reaching>(
    em,
    `select a.id, p.name || '/' || a.name as name, s.repository, s.host_repository_id as "repositoryId"
     from git_sources s join applications a on a.id = s.application_id join projects p on p.id = a.project_id
     where s.host_app_id = $1 and a.deleted_at is null and a.preview_of_id is null
       and lower(split_part(s.repository, '/', 1)) = lower($2)
     order by 2`,
    [id, account],
  );
  return rows;
}

function reachOf(told: InstallationEvent, one: Reaching): Fact<'app-reach'>['change'] | undefined {
  if (told.action === 'deleted') return 'uninstalled';
  const { change, installation, repositories } = told;
  if (change === 'suspended' || change === 'unsuspended' || change === 'granted') return change;
  if (change === 'installed' && installation.selection === 'all') return 'reached';
  if (repositories === null) return undefined;
  if (isAmong(repositories, one)) return change === 'removed' ? 'left' : 'reached';
  return change === 'installed' ? 'left' : undefined;
}

function isAmong(list: InstalledRepository[], { repository, repositoryId }: Reaching): boolean {
  const name = repository.toLowerCase();
  return list.some((one) => one.name.toLowerCase() === name || (one.id !== undefined && one.id === repositoryId));
}

function ofInstallation(
  told: InstallationEvent,
  applications: Reaching[],
): Pick<Fact<'app-installation'>, 'change' | 'repositories' | 'count'> {
  if (told.action === 'deleted') return { change: 'uninstalled', repositories: [], count: 0 };
  const { change, installation, repositories } = told;
  if (change !== 'added' && change !== 'removed' && change !== 'installed') {
    return { change: change === 'other' ? 'granted' : change, repositories: [], count: 0 };
  }
  const unused = (repositories ?? []).filter((one) => applications.every((other) => !isAmong([one], other)));
  const isAll = change === 'installed' && installation.selection === 'all';
  return {
    change,
    repositories: unused.slice(0, mostNamed).map(({ name }) => name),
    count: isAll ? null : unused.length,
  };
}

function commonFacts({ app, told }: ToldInstallation, account: string) {
  const common = { app: app.slug, account };
  if (told.action === 'deleted') return { ...common, page: hostApps.installUrl(app), missing: [] };
  const { installation } = told;
  return {
    ...common,
    page: hostApps.installationUrl(app.server, installation),
    missing: missingRights(hostApps.permissions, installation.permissions),
  };
}

async function tellOnce(
  em: EntityManager,
  { app, deliveryId }: ToldInstallation,
  notice: { fact: Fact<'app-reach'> | Fact<'app-installation'>; applicationId?: string },
): Promise<void> {
  const { applicationId, fact } = notice;
  const subject = createHash('sha256')
    .update(`${app.id} ${applicationId ?? ''} ${deliveryId}`)
    .digest('hex');
  if ((await em.count(Notification, { subject })) > 0) return;
  const severity = applicationId !== undefined && lossy.has(fact.change) ? 'warning' : 'info';
  await notify(em, { severity, subject, fact, ...(applicationId !== undefined && { applicationId }) });
}
