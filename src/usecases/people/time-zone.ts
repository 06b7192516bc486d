import { User } from '../../entities/user.ts';
import { requireZone } from '../../units/time-zones.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';

/** The zone that a person has set, else that of their account, else UTC. */
export async function timeZoneOf(user: Pick<User, 'preferences'>, origin: Origin): Promise<string> {
  const { timezone } = user.preferences;
  if (typeof timezone === 'string') return timezone;
  return (await origin.zone?.()) ?? 'UTC';
}

/** @throws {UsageError} when there is no such zone. */
export async function setTimeZone(
  deps: Pick<Deps, 'database'>,
  { origin, user, zone }: { user: User; zone: string; origin: Origin },
): Promise<void> {
  requireZone(zone);
  await deps.database.asUser(user.id).transactional(async (em) => {
    const own = await em.findOneOrFail(User, user.id);
    em.assign(own, { preferences: { ...own.preferences, timezone: zone } });
    await em.flush();
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'user.timezone',
      resourceType: 'user',
      resourceId: user.id,
      details: { zone },
    });
  });
}
