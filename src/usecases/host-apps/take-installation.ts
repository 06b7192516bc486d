import type { InstallationEvent } from '../../git-hosts/host-app.ts';
import type { Deps } from '../deps.ts';
import { type AuditSource, recordAudit } from '../record-audit.ts';
import { removeInstallation, storeInstallation } from './store-installation.ts';

/**
 * Notes what a delivery tells of an installation: made, deleted, suspended, given other repositories or rights. A host may
 * send again, in another order: when a token is asked for, the host has the last word.
 * @param app Id of the app's row that signed it; undefined when none did.
 */
export async function takeInstallation(
  { database }: Pick<Deps, 'database'>,
  app: string | undefined,
  told: InstallationEvent,
  audit: AuditSource,
): Promise<{ ignored: string }> {
  if (app === undefined) return { ignored: 'installations are told by webhooks of apps only' };
  const { account, number } = told.action === 'present' ? told.installation : told;
  const what = told.action === 'present' ? told.what : 'installation deleted';
  await database.asSystem().transactional(async (em) => {
    if (told.action === 'present') await storeInstallation(em, app, told.installation);
    else await removeInstallation(em, app, number);
    await recordAudit(em, {
      ...audit,
      action: 'app.installation',
      resourceType: 'user',
      details: { kind: 'host_app', app, what, account, installation: number },
    });
  });
  return { ignored: `${what} of \`${account}\` is noted` };
}
