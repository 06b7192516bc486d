import { z } from 'zod';
import type { AppInstallation, InstallationChange, InstallationEvent, InstalledRepository } from '../../host-app.ts';
import { RepositoryName } from '../../push.ts';
import { ShownCount, shownList } from '../../shown.ts';

/** Of accounts and of their kinds. */
const Name = z.string().regex(/^[\w.-]{1,100}$/);

/** An installation, in the API and in deliveries. */
export const Installation = z.object({
  id: z.number().int(),
  app_id: z.number().int(),
  account: z.object({ login: Name.optional(), slug: Name.optional(), type: Name.optional() }).nullish(),
  app_slug: Name.nullish().catch(null),
  target_type: Name.nullish(),
  repository_selection: z.enum(['all', 'selected']).catch('selected'),
  permissions: z.record(z.string().regex(/^\w{1,100}$/), z.enum(['read', 'write', 'admin'])).catch({}),
  suspended_at: z.coerce.date().nullish().catch(null),
});

export function toInstallation(given: z.infer<typeof Installation>): AppInstallation {
  const { account, id, permissions, repository_selection: selection, suspended_at: suspendedAt } = given;
  return {
    number: String(id),
    account: account?.login ?? account?.slug ?? '',
    accountType: account?.type ?? given.target_type ?? 'User',
    selection,
    permissions,
    appSlug: given.app_slug ?? undefined,
    suspendedAt: suspendedAt ?? null,
  };
}

const Repositories = shownList(z.object({ full_name: RepositoryName, id: ShownCount }));

const Payload = z.object({
  action: z.string().regex(/^\w{1,60}$/),
  installation: Installation,
  repositories: Repositories,
  repositories_added: Repositories,
  repositories_removed: Repositories,
});

/** Events about installations, which every app gets. */
export const installationEvents = ['installation', 'installation_repositories'];

const changes: Record<string, InstallationChange> = {
  'installation created': 'installed',
  'installation suspend': 'suspended',
  'installation unsuspend': 'unsuspended',
  'installation new_permissions_accepted': 'granted',
  'installation_repositories added': 'added',
  'installation_repositories removed': 'removed',
};

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation */
export function parseInstallation(event: string, payload: unknown): InstallationEvent {
  const { action, installation, ...lists } = Payload.parse(payload);
  const { account, number, ...told } = toInstallation(installation);
  const app = String(installation.app_id);
  if (event === 'installation' && action === 'deleted') return { action: 'deleted', app, number, account };
  const what = `${event} ${action}`;
  const change = changes[what] ?? 'other';
  // Says when, but some deliveries leave the time out.
  const suspendedAt = told.suspendedAt ?? (change === 'suspended' ? new Date() : null);
  return {
    action: 'present',
    what,
    change,
    app,
    installation: { account, number, ...told, suspendedAt: change === 'unsuspended' ? null : suspendedAt },
    repositories: namesOf(listFor(change, lists)),
  };
}

function listFor(change: InstallationChange, lists: Omit<z.infer<typeof Payload>, 'action' | 'installation'>) {
  if (change === 'removed') return lists.repositories_removed;
  return change === 'added' ? lists.repositories_added : lists.repositories;
}

function namesOf(list: z.infer<typeof Repositories>): InstalledRepository[] | null {
  return list?.map(({ full_name: name, id }) => ({ name, id: id == null ? undefined : String(id) })) ?? null;
}
