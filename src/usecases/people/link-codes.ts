import { createHash, randomInt } from 'node:crypto';
import { hostname } from 'node:os';
import { LinkCode } from '../../entities/link-code.ts';
import { User, type UserRole } from '../../entities/user.ts';
import { ForbiddenError } from '../../errors.ts';
import { namedUuid } from '../../named-uuid.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { roleAtLeast } from '../access/roles.ts';
import { hasSuperAdmin } from './stand-in.ts';

/** Crockford's base 32: no letters that look like digits. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 16;
const hour = 3_600_000;
const firstCodeMs = 24 * hour;
const inviteMs = 24 * hour;
const ownAccountMs = hour / 4;

/** 80 random bits as `XXXX-XXXX-XXXX-XXXX`. */
function makeCode(): string {
  const letters = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return letters.replaceAll(/.{4}(?=.)/g, '$&-');
}

/** Codes are typed by hand: case and hyphens do not matter. */
export function hashCode(code: string): string {
  return createHash('sha256')
    .update(code.toUpperCase().replaceAll(/[^0-9A-Z]/g, ''))
    .digest('hex');
}

export interface LinkCodeRequest {
  user: User;
  /** Role of a new user; undefined: the code links another account of the person. */
  invite?: UserRole | undefined;
  origin: Origin;
}

/**
 * Creates a one-time code, valid 15 minutes for another account of the person and 24 hours for an invitation.
 * @throws {ForbiddenError} when the person may not give that role: admins give viewer and developer, super_admins any.
 */
export async function createLinkCode(deps: Deps, { user, invite, origin }: LinkCodeRequest): Promise<string> {
  if (invite) requireGrant(user, invite);
  const code = makeCode();
  await deps.database.asSystem().transactional(async (em) => {
    em.create(LinkCode, {
      codeHash: hashCode(code),
      user: invite ? null : em.getReference(User, user.id),
      createdBy: em.getReference(User, user.id),
      generation: invite ? null : user.sessionGeneration,
      role: invite ?? user.role,
      expiresAt: new Date(Date.now() + (invite ? inviteMs : ownAccountMs)),
    });
    await em.flush();
    await recordAudit(em, {
      ...actor(user, origin),
      action: invite ? 'user.invite' : 'user.link_code',
      resourceType: 'user',
      resourceId: user.id,
      details: { kind: 'link_code', ...(invite && { role: invite }) },
    });
  });
  return code;
}

/** Admins give viewer and developer, super_admins any role. */
export function mayGrant(user: User, invite: UserRole): boolean {
  return user.role === 'super_admin' || (user.role === 'admin' && !roleAtLeast(invite, 'admin'));
}

/** @throws {ForbiddenError} when the person may not give that role. */
export function requireGrant(user: User, invite: UserRole): void {
  if (mayGrant(user, invite)) return;
  throw new ForbiddenError(
    `Inviting a \`${invite}\` needs the role \`${roleAtLeast(invite, 'admin') ? 'super_admin' : 'admin'}\`; ` +
      `yours is \`${user.role}\`.`,
  );
}

/**
 * While there is no `super_admin`, creates the code that makes its user one. It is valid 24 hours, until it or that of
 * another Shipmate on the database is used, and replaces the earlier code of this Shipmate: its data folder is nobody
 * else's. Undefined once a `super_admin` exists.
 */
export async function ensureFirstLinkCode(deps: Pick<Deps, 'config' | 'database'>): Promise<string | undefined> {
  const id = namedUuid(`first link code ${hostname()} ${deps.config.dataDir}`);
  return deps.database.asSystem().transactional(async (em) => {
    if (await hasSuperAdmin(em)) return undefined;
    const code = makeCode();
    await em.nativeDelete(LinkCode, { id });
    em.create(LinkCode, {
      id,
      codeHash: hashCode(code),
      user: null,
      role: 'super_admin',
      expiresAt: new Date(Date.now() + firstCodeMs),
    });
    await em.flush();
    await recordAudit(em, {
      action: 'user.first_code',
      resourceType: 'user',
      details: { kind: 'link_code', role: 'super_admin' },
    });
    return code;
  });
}
