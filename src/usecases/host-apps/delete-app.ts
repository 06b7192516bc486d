import { ConflictError } from '../../errors.ts';
import type { User } from '../../entities/user.ts';
import { hostApps } from '../../git-hosts/registry.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { findApp } from './find-app.ts';
import { applicationsOf } from './read-apps.ts';

/**
 * Forgets an app and its keys. The host has no API to delete one there: the page is returned.
 * @throws {ConflictError} while applications reach their repositories through it.
 */
export async function deleteApp(
  { database }: Deps,
  { origin, slug, user }: { user: User; slug: string; origin: Origin },
): Promise<{ slug: string; settingsUrl: string }> {
  return database.asSystem().transactional(async (em) => {
    const app = await findApp(em, slug);
    const used = await applicationsOf(em, app);
    if (used.length > 0) {
      const names = used.slice(0, 5).map((name) => `\`${name}\``);
      const more = used.length > names.length ? ` and ${used.length - names.length} more` : '';
      throw new ConflictError(
        `${names.join(', ')}${more} ${used.length === 1 ? 'uses' : 'use'} \`${slug}\`. ` +
          `Connect with a token first: \`app connect ${used[0] ?? ''} --token\`.`,
      );
    }
    const { ofOrganization: isOrganization, owner, server } = app;
    await em.remove(app).flush();
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'app.delete',
      resourceType: 'user',
      resourceId: user.id,
      details: { kind: 'host_app', app: app.id, server, slug },
    });
    return { slug, settingsUrl: hostApps.settingsUrl({ isOrganization, owner, server, slug }) };
  });
}
