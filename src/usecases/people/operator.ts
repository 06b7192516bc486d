import { executeSql, type EntityManager } from '../../database/database.ts';
import { ChatIdentity } from '../../entities/chat-identity.ts';
import type { User } from '../../entities/user.ts';
import { recordAudit } from '../record-audit.ts';
import { accountKeyOf, actor, type Origin, requesterOf } from '../origin.ts';
import { makeUser } from './make-user.ts';

/**
 * Whoever runs the machine is super_admin over its socket without a code: they can read the key and the database anyway.
 * A user stands for them, so that rows and the audit log name someone; a code still links the account to a person.
 */
export async function standInOf(em: EntityManager, origin: Origin): Promise<User> {
  await executeSql(em, `select pg_advisory_xact_lock(hashtextextended('shipmate:operator', 0))`);
  const key = accountKeyOf(origin);
  const meanwhile = await em.findOne(ChatIdentity, key, { populate: ['user'] });
  if (meanwhile) return meanwhile.user;
  const user = await makeUser(em, origin, { role: 'super_admin', standIn: true });
  em.create(ChatIdentity, { user, ...key });
  await em.flush();
  await recordAudit(em, {
    ...actor(user, origin),
    action: 'user.operator',
    resourceType: 'user',
    resourceId: user.id,
    details: { kind: 'chat_identity', platform: key.platform, account: requesterOf(origin), role: user.role },
  });
  return user;
}
