import type { AttemptLimit } from '../../database/database.ts';
import type { Deps } from '../deps.ts';
import type { Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { placeOf } from './place.ts';

/** Entries per place: limited so that strangers cannot fill the audit log. */
const recorded: AttemptLimit = { name: 'refusal-place', attempts: 20, windowSeconds: 10 * 60 };

/** Writes a wrong code or password to the audit log, 20 from one place within 10 minutes. */
export async function recordRefusal(
  { database }: Pick<Deps, 'database'>,
  origin: Origin,
  kind: 'link_code' | 'password',
): Promise<void> {
  const place = placeOf(origin);
  if ((await database.attempts(recorded).take(place)) > 0) return;
  await database.asSystem().transactional(async (em) =>
    recordAudit(em, {
      action: 'user.link_refused',
      resourceType: 'user',
      details: { kind, account: place },
      ipAddress: origin.ipAddress,
      userAgent: origin.userAgent,
    }),
  );
}
