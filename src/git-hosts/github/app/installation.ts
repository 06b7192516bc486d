import { z } from 'zod';
import type { AppInstallation, InstallationEvent } from '../../host-app.ts';

/** Of accounts and of their kinds. */
const Name = z.string().regex(/^[\w.-]{1,100}$/);

/** An installation, in the API and in deliveries. */
export const Installation = z.object({
  id: z.number().int(),
  app_id: z.number().int(),
  account: z.object({ login: Name.optional(), slug: Name.optional(), type: Name.optional() }).nullish(),
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
    suspendedAt: suspendedAt ?? null,
  };
}

const Payload = z.object({ action: z.string().regex(/^\w{1,60}$/), installation: Installation });

/** Events about installations, which every app gets. */
export const installationEvents = ['installation', 'installation_repositories'];

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation */
export function parseInstallation(event: string, payload: unknown): InstallationEvent {
  const { action, installation } = Payload.parse(payload);
  const { account, number, ...told } = toInstallation(installation);
  const app = String(installation.app_id);
  if (event === 'installation' && action === 'deleted') return { action: 'deleted', app, number, account };
  // Says when, but some deliveries leave the time out.
  const isSuspended = event === 'installation' && action === 'suspend';
  const suspendedAt = told.suspendedAt ?? (isSuspended ? new Date() : null);
  return {
    action: 'present',
    what: `${event} ${action}`,
    app,
    installation: { account, number, ...told, suspendedAt: action === 'unsuspend' ? null : suspendedAt },
  };
}
