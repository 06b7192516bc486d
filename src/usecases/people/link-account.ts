import { type EntityManager, executeSql } from '../../database/database.ts';
import { ChatIdentity } from '../../entities/chat-identity.ts';
import { LinkCode } from '../../entities/link-code.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, UserError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { hashCode, mayGrant } from './link-codes.ts';
import { accountKeyOf, actor, type Origin, requesterOf } from '../origin.ts';
import { becomePerson, endStandIn, hasSuperAdmin, isStandIn } from './stand-in.ts';
import { makeUser } from './make-user.ts';
import { recordRefusal } from './record-refusal.ts';

/**
 * Links the requesting account to the code's user, or creates a user from the account's name. Only hashes are compared,
 * so timing reveals nothing about the code. Guesses are not limited, since a code has 80 bits.
 * @throws {UserError} when the code is wrong, used or expired.
 */
export async function linkAccount(deps: Deps, { code, origin }: { code: string; origin: Origin }): Promise<User> {
  const user = await deps.database.asSystem().transactional(async (em) => redeem(em, code, origin));
  if (user) return user;
  await recordRefusal(deps, origin, 'link_code');
  throw new UserError('This code is wrong, already used or expired. Ask for a new one.');
}

async function redeem(em: EntityManager, code: string, origin: Origin): Promise<User | undefined> {
  // One statement redeems the code, so only one of two concurrent accounts succeeds.
  const taken = await executeSql(
    em,
    `update link_codes code set used_at = now()
     where code_hash = $1 and used_at is null and expires_at > $2
       and (generation is null or generation = (select session_generation from users where users.id = code.user_id))
     returning id`,
    [hashCode(code), new Date()],
  );
  if (taken.rows.length === 0) return undefined;
  const linkCode = await em.findOneOrFail(LinkCode, { codeHash: hashCode(code) }, { populate: ['user', 'createdBy'] });
  if (!isStillGranted(linkCode) || (await isFirstTooLate(em, linkCode))) return undefined;
  const user = await personOf(em, linkCode, origin);
  await recordAudit(em, {
    ...actor(user, origin),
    action: 'user.link',
    resourceType: 'user',
    resourceId: user.id,
    details: { kind: 'chat_identity', platform: origin.platform, account: requesterOf(origin), role: user.role },
  });
  return user;
}

/** Whose account it is from now on: the code's user, or a new one with the account's name. */
async function personOf(em: EntityManager, { role, user }: LinkCode, origin: Origin): Promise<User> {
  const standIn = await requireUnlinked(em, origin);
  if (!user && standIn) {
    const person = becomePerson(standIn.user, role);
    await em.flush();
    return person;
  }
  const person = user ?? (await makeUser(em, origin, { role }));
  await linkIdentity(em, person, origin);
  return person;
}

/** An invitation is worth what whoever made it may grant now. */
function isStillGranted({ user, createdBy, role }: LinkCode): boolean {
  return Boolean(user) || !createdBy || mayGrant(createdBy, role);
}

/** Each Shipmate on the database has made a first code; only one of them makes a super_admin. */
async function isFirstTooLate(em: EntityManager, { user, createdBy, role }: LinkCode): Promise<boolean> {
  if (user || createdBy || role !== 'super_admin') return false;
  await executeSql(em, `select pg_advisory_xact_lock(hashtextextended('shipmate:first_code', 0))`);
  return hasSuperAdmin(em);
}

/** @throws {ConflictError} when the account belongs to somebody. */
async function requireUnlinked(em: EntityManager, origin: Origin): Promise<ChatIdentity | undefined> {
  const identity = await em.findOne(ChatIdentity, accountKeyOf(origin), { populate: ['user'] });
  if (!identity || isStandIn(identity.user)) return identity ?? undefined;
  throw new ConflictError(`This account is already linked to \`${identity.user.username}\`.`);
}

/** @throws {ConflictError} when the account is already linked. */
export async function linkIdentity(em: EntityManager, user: User, origin: Origin): Promise<void> {
  const standIn = await requireUnlinked(em, origin);
  if (standIn) endStandIn(standIn.user);
  if (standIn) standIn.user = user;
  else em.create(ChatIdentity, { user, ...accountKeyOf(origin) });
  await em.flush();
}
