import { createHash, randomBytes } from 'node:crypto';
import { executeSql } from '../../database/database.ts';
import { LinkCode } from '../../entities/link-code.ts';
import { User } from '../../entities/user.ts';
import { UnauthenticatedError } from '../../errors.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';

/** How long a link that signs a browser in can be used, milliseconds. */
const linkMs = 10 * 60_000;
/** How long a browser stays signed in, milliseconds. */
export const sessionMs = 12 * 3_600_000;
const purpose = 'browser session';

/** Lower case and a space: no code that a person types to `link` hashes to the same, so neither works as the other. */
function hashSignInCode(code: string): string {
  return createHash('sha256').update(`sign in ${code}`).digest('hex');
}

/** A link that signs one browser in as the person, once. @param to Path of the page it leads to. */
export async function createSignInLink(
  { config, database }: Pick<Deps, 'config' | 'database'>,
  { user, to }: { user: User; to: string },
): Promise<string> {
  const code = randomBytes(24).toString('base64url');
  await database.asSystem().transactional(async (em) => {
    em.create(LinkCode, {
      codeHash: hashSignInCode(code),
      user: em.getReference(User, user.id),
      role: user.role,
      expiresAt: new Date(Date.now() + linkMs),
    });
  });
  return `${config.publicUrl}/sign-in?${new URLSearchParams({ code, to }).toString()}`;
}

/** Whom the link would sign in; undefined when it was used or has expired. It stays usable. */
export async function readSignInCode({ database }: Pick<Deps, 'database'>, code: string): Promise<User | undefined> {
  return database.asSystem().transactional(async (em) => {
    const unused = { codeHash: hashSignInCode(code), usedAt: null, expiresAt: { $gt: new Date() } };
    return (await em.findOne(LinkCode, unused, { populate: ['user'] }))?.user ?? undefined;
  });
}

/** Uses the link up. @throws {UnauthenticatedError} when it was used or has expired. */
export async function redeemSignInCode(
  { database }: Pick<Deps, 'database'>,
  { code, origin }: { code: string; origin: Origin },
): Promise<User> {
  return database.asSystem().transactional(async (em) => {
    // One statement takes the code: of two browsers that give it at once only one gets it.
    const { rows } = await executeSql<{ user_id: string | null }>(
      em,
      `update link_codes set used_at = now()
       where code_hash = $1 and used_at is null and expires_at > now() returning user_id`,
      [hashSignInCode(code)],
    );
    const userId = rows[0]?.user_id;
    if (!userId) throw new UnauthenticatedError('This link was used or has expired. Say `open` in chat for a new one.');
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

/** What a signed-in browser keeps. It holds no secret, only who it is and until when, signed. */
export function sessionOf({ cipher }: Pick<Deps, 'cipher'>, { id }: Pick<User, 'id'>, now = new Date()): string {
  const claim = `${id}.${now.getTime() + sessionMs}`;
  return `${claim}.${cipher.sign(claim, purpose)}`;
}

/** Whose session it is; undefined when it has expired, is not ours, or the user is gone. */
export async function sessionUser(
  { cipher, database }: Pick<Deps, 'cipher' | 'database'>,
  session: string,
  now = new Date(),
): Promise<User | undefined> {
  const [id = '', expires = '', signature = ''] = session.split('.');
  if (!cipher.verify(`${id}.${expires}`, signature, purpose) || Number(expires) <= now.getTime()) return undefined;
  return database.asSystem().transactional(async (em) => (await em.findOne(User, id)) ?? undefined);
}
