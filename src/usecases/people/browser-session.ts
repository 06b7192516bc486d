import { createHash, randomBytes } from 'node:crypto';
import { executeSql } from '../../database/database.ts';
import { LinkCode } from '../../entities/link-code.ts';
import { User } from '../../entities/user.ts';
import { UnauthenticatedError } from '../../errors.ts';
import { endSessions } from './end-sessions.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';

/** Lifetime of a sign-in link, milliseconds. */
const linkMs = 10 * 60_000;
/** Lifetime of a browser session, milliseconds. */
export const sessionMs = 12 * 3_600_000;
const purpose = 'browser session';

/** The prefix contains lower case and a space, so no `link` code has the same hash and neither works as the other. */
function hashSignInCode(code: string): string {
  return createHash('sha256').update(`sign in ${code}`).digest('hex');
}

/** A one-time link that signs a browser in as the person. @param to Path of the page to open. */
export async function createSignInLink(
  { config, database }: Pick<Deps, 'config' | 'database'>,
  { user, to }: { user: User; to: string },
): Promise<string> {
  const code = randomBytes(24).toString('base64url');
  await database.asSystem().transactional(async (em) => {
    em.create(LinkCode, {
      codeHash: hashSignInCode(code),
      user: em.getReference(User, user.id),
      createdBy: em.getReference(User, user.id),
      generation: user.sessionGeneration,
      role: user.role,
      expiresAt: new Date(Date.now() + linkMs),
    });
  });
  return `${config.publicUrl}/sign-in?${new URLSearchParams({ code, to }).toString()}`;
}

/** Whom the link would sign in; undefined when it was used, has expired or their sessions were ended. It stays usable. */
export async function readSignInCode({ database }: Pick<Deps, 'database'>, given: string): Promise<User | undefined> {
  return database.asSystem().transactional(async (em) => {
    const unused = { codeHash: hashSignInCode(given), usedAt: null, expiresAt: { $gt: new Date() } };
    const code = await em.findOne(LinkCode, unused, { populate: ['user'] });
    return code?.user && code.generation === code.user.sessionGeneration ? code.user : undefined;
  });
}

/** Uses the link up. @throws {UnauthenticatedError} when it was used, has expired or their sessions were ended. */
export async function redeemSignInCode(
  { database }: Pick<Deps, 'database'>,
  { code, origin }: { code: string; origin: Origin },
): Promise<User> {
  return database.asSystem().transactional(async (em) => {
    // One statement redeems the code, so only one of two concurrent browsers succeeds.
    const { rows } = await executeSql<{ user_id: string | null }>(
      em,
      `update link_codes code set used_at = now() from users
       where code.code_hash = $1 and code.used_at is null and code.expires_at > $2
         and users.id = code.user_id and users.session_generation = code.generation
       returning code.user_id`,
      [hashSignInCode(code), new Date()],
    );
    const userId = rows[0]?.user_id;
    if (!userId) throw new UnauthenticatedError('This link was used or has expired. Run `open` in chat for a new one.');
    const user = await em.findOneOrFail(User, userId);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'user.sign_in',
      resourceType: 'user',
      resourceId: user.id,
      details: { kind: 'browser', platform: origin.platform },
    });
    return user;
  });
}

/** What a signed-in browser keeps. It holds no secret, only who it is, in which generation and until when, signed. */
export function sessionOf(
  { cipher }: Pick<Deps, 'cipher'>,
  { id, sessionGeneration }: Pick<User, 'id' | 'sessionGeneration'>,
  now = new Date(),
): string {
  const claim = `${id}.${sessionGeneration}.${now.getTime() + sessionMs}`;
  return `${claim}.${cipher.sign(claim, purpose)}`;
}

/** Whose session it is; undefined when it has expired, was ended, is not ours, or the user is gone. */
export async function sessionUser(
  { cipher, database }: Pick<Deps, 'cipher' | 'database'>,
  session: string,
  now = new Date(),
): Promise<User | undefined> {
  const [id = '', generation = '', expires = '', signature = ''] = session.split('.');
  if (!cipher.verify(`${id}.${generation}.${expires}`, signature, purpose)) return undefined;
  if (Number(expires) <= now.getTime()) return undefined;
  return database.asSystem().transactional(async (em) => {
    return (await em.findOne(User, { id, sessionGeneration: Number(generation) })) ?? undefined;
  });
}

/** When a session that `sessionUser` has verified ends by itself, milliseconds since 1970. */
export function sessionEnd(session: string): number {
  return Number(session.split('.')[2]);
}

/** Ends the session wherever it was copied to, with all others of the person. Does nothing when it is over. */
export async function endSession(
  deps: Pick<Deps, 'cipher' | 'database'>,
  { session, origin }: { session: string; origin: Origin },
): Promise<void> {
  const user = await sessionUser(deps, session);
  if (!user) return;
  await deps.database.asUser(user.id).transactional(async (em) => {
    await endSessions(em, user.id);
    await recordAudit(em, {
      ...actor(user, origin),
      action: 'user.sign_out',
      resourceType: 'user',
      resourceId: user.id,
      details: { kind: 'browser' },
    });
  });
}
