import { HostApp } from '../../entities/host-app.ts';
import type { InstallationEvent } from '../../git-hosts/host-app.ts';
import type { Deps } from '../deps.ts';
import { type AuditSource, recordAudit } from '../record-audit.ts';
import { removeInstallation, storeInstallation } from './store-installation.ts';
import { tellInstallation } from './tell-installation.ts';

/**
 * Notes what a delivery tells of an installation (made, deleted, suspended, given other repositories or rights) and tells it
 * to the routes. A host may send again, in another order: when a token is asked for, the host has the last word.
 * @param id Id of the app's row that signed it; undefined when none did.
 */
export async function takeInstallation(
  { database }: Pick<Deps, 'database'>,
  id: string | undefined,
  told: InstallationEvent,
  { audit, deliveryId }: { audit: AuditSource; deliveryId: string },
): Promise<{ ignored: string }> {
  if (id === undefined) return { ignored: 'installations are told by webhooks of apps only' };
  const { account, number } = told.action === 'present' ? told.installation : told;
  const what = told.action === 'present' ? told.what : 'installation deleted';
  await database.asSystem().transactional(async (em) => {
    const app = await em.findOneOrFail(HostApp, id);
    if (told.action === 'present') await storeInstallation(em, id, told.installation);
    else await removeInstallation(em, id, number);
    await recordAudit(em, {
      ...audit,
      action: 'app.installation',
      resourceType: 'user',
      details: { kind: 'host_app', app: id, what, account, installation: number },
    });
    await tellInstallation(em, { app, told, deliveryId });
  });
  return { ignored: `${what} of \`${account}\` is noted` };
}
