import { User } from '../../entities/user.ts';
import { hashPassword } from '../../secrets/password.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { endSessions } from './end-sessions.ts';
import { recordAudit } from '../record-audit.ts';

/** Sets the person's own password, which ends their browser sessions. @throws {UsageError} when it is too short or too long. */
export async function setPassword(
  deps: Deps,
  { user, password, origin }: { user: User; password: string; origin: Origin },
): Promise<void> {
  const passwordHash = await hashPassword(password);
  await deps.database.asUser(user.id).transactional(async (em) => {
    await em.nativeUpdate(User, { id: user.id }, { passwordHash });
    await endSessions(em, user.id);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'user.password',
      resourceType: 'user',
      resourceId: user.id,
      details: { kind: 'password' },
    });
  });
}
