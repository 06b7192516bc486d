import { type EntityManager, executeSql } from '../../database/database.ts';
import { ChatIdentity } from '../../entities/chat-identity.ts';
import { LinkCode } from '../../entities/link-code.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, UserError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { hashCode, mayGrant } from './link-codes.ts';
import { actor, type Origin, requesterOf } from '../origin.ts';
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
  await requireUnlinked(em, origin);
  const user = linkCode.user ?? (await makeUser(em, origin, linkCode));
  await linkIdentity(em, user, origin);
  await recordAudit(em, {
    ...actor(user, origin),
    action: 'user.link',
    resourceType: 'user',
    resourceId: user.id,
    details: { kind: 'chat_identity', platform: origin.platform, account: requesterOf(origin), role: user.role },
  });
  return user;
}

/** An invitation is worth what whoever made it may grant now. */
function isStillGranted({ user, createdBy, role }: LinkCode): boolean {
  return Boolean(user) || !createdBy || mayGrant(createdBy, role);
}

/** Each Shipmate on the database has made a first code; only one of them makes a super_admin. */
async function isFirstTooLate(em: EntityManager, { user, createdBy, role }: LinkCode): Promise<boolean> {
  if (user || createdBy || role !== 'super_admin') return false;
  await executeSql(em, `select pg_advisory_xact_lock(hashtextextended('shipmate:first_code', 0))`);
  return (await em.count(User, { role: 'super_admin' })) > 0;
}

/** @throws {ConflictError} when the account belongs to somebody. */
async function requireUnlinked(em: EntityManager, { platform, workspace, account }: Origin): Promise<void> {
  const identity = await em.findOne(ChatIdentity, { platform, workspace, account }, { populate: ['user'] });
  if (identity) throw new ConflictError(`This account is already linked to \`${identity.user.username}\`.`);
}

/** @throws {ConflictError} when the account is already linked. */
export async function linkIdentity(em: EntityManager, user: User, origin: Origin): Promise<void> {
  await requireUnlinked(em, origin);
  const { platform, workspace, account } = origin;
  em.create(ChatIdentity, { user, platform, workspace, account });
  await em.flush();
}

async function makeUser(em: EntityManager, origin: Origin, linkCode: LinkCode): Promise<User> {
  const username = await freeUsername(em, origin.accountName);
  const user = em.create(User, {
    username,
    // Chat accounts have no address; `.invalid` never receives mail (RFC 2606).
    email: `${username}@${origin.platform}.invalid`,
    role: linkCode.role,
    preferences: { sso: origin.platform },
  });
  await em.flush();
  return user;
}

/** The account's name as a valid username, numbered when taken. */
async function freeUsername(em: EntityManager, accountName: string): Promise<string> {
  const letters = accountName
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const base = (letters.length >= 3 ? letters : `user-${letters || 'new'}`).slice(0, 45);
  for (let number = 1; ; number += 1) {
    const username = number === 1 ? base : `${base}-${number}`;
    if ((await em.count(User, { username })) === 0) return username;
  }
}
