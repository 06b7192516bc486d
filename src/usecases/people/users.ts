import { type EntityManager, executeSql } from '../../database/database.ts';
import { Project } from '../../entities/project.ts';
import { TeamMember } from '../../entities/team-member.ts';
import { User, type UserRole } from '../../entities/user.ts';
import { ConflictError, ForbiddenError, UsageError } from '../../errors.ts';
import { hashPassword } from '../../secrets/password.ts';
import { endSessions } from './end-sessions.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { roleAtLeast } from '../access/roles.ts';
import { findUser } from '../access/find-user.ts';
import { requireGrant } from './link-codes.ts';
import { actor, type Origin } from '../origin.ts';
import { allOf } from '../../word-lists.ts';
import { quoted } from '../../quoted.ts';

interface UserRequest {
  /** The person who asks. */
  user: User;
  /** The user concerned. */
  username: string;
  origin: Origin;
}

export interface ListedUser {
  found: User;
  /** Of whoever asks, of those they share a team with, and, for platform admins, of everybody; otherwise undefined. */
  email: string | undefined;
}

export async function listUsers(deps: Pick<Deps, 'database'>, user: User): Promise<ListedUser[]> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const users = await em.find(User, {}, { orderBy: { username: 'asc' }, limit: 1_000 });
    // Of the teams that the person sees.
    const shared = new Set((await em.find(TeamMember, {})).map((member) => member.user.id));
    return users.map((found) => ({ found, email: shownEmail(user, found, shared.has(found.id)) }));
  });
}

function shownEmail(asker: User, found: User, sharesTeam: boolean): string | undefined {
  return sharesTeam || found.id === asker.id || roleAtLeast(asker.role, 'admin') ? found.email : undefined;
}

/** A user, and the teams shared with the person who asks. */
export async function readUser(
  deps: Pick<Deps, 'database'>,
  user: User,
  username: string,
): Promise<ListedUser & { memberships: TeamMember[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const found = await findUser(em, username);
    const memberships = await em.find(TeamMember, { user: found }, { populate: ['team'] });
    return { found, email: shownEmail(user, found, memberships.length > 0), memberships };
  });
}

/**
 * Creates a user who signs in with a password.
 * @throws {ForbiddenError} when the person may not give that role; {ConflictError} when the name or address is taken.
 */
export async function createUser(
  deps: Deps,
  request: UserRequest & { email: string; role: UserRole; password: string },
): Promise<User> {
  requireGrant(request.user, request.role);
  const username = requireUsername(request.username);
  const email = requireEmail(request.email);
  const passwordHash = await hashPassword(request.password);
  // As the system: an admin may invite, but PostgreSQL lets only super_admins write users.
  return deps.database.asSystem().transactional(async (em) => {
    if ((await em.count(User, { username })) > 0)
      throw new ConflictError(`The username \`${username}\` is taken. Choose another.`);
    if ((await em.count(User, { email })) > 0)
      throw new ConflictError(`\`${email}\` belongs to another user. \`user list\` shows who.`);
    const made = em.create(User, { username, email, role: request.role, passwordHash });
    await em.flush();
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'user.create',
      resourceType: 'user',
      resourceId: made.id,
      details: { username, after: { username, email, role: request.role } },
    });
    return made;
  });
}

/** Ends the user's browser sessions. @throws {ConflictError} when nobody would be super_admin any more. */
export async function changeUserRole(deps: Deps, request: UserRequest & { role: UserRole }): Promise<User> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const found = await findUser(em, request.username);
    await requireAnotherSuperAdmin(em, found, request.role);
    const before = found.role;
    found.role = request.role;
    await em.flush();
    await endSessions(em, found.id);
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'user.role',
      resourceType: 'user',
      resourceId: found.id,
      details: { username: found.username, before: { role: before }, after: { role: request.role } },
    });
    return found;
  });
}

/**
 * Deletes a user; keeps their deployments and audit rows.
 * @throws {ConflictError} while they own projects, or are the last owner of a team.
 */
export async function deleteUser(deps: Deps, request: UserRequest): Promise<User> {
  return deps.database.asUser(request.user.id).transactional(async (em) => {
    const found = await findUser(em, request.username);
    if (found.id === request.user.id) throw new ForbiddenError('You cannot delete yourself. Ask another super_admin.');
    await requireAnotherSuperAdmin(em, found, undefined);
    const owned = await em.find(Project, { owner: found }, { orderBy: { name: 'asc' } });
    const [first] = owned;
    if (first) {
      const names = allOf(owned.map((project) => project.name));
      throw new ConflictError(
        `\`${found.username}\` owns ${names}, which would be deleted too. ` +
          `Transfer first: \`project transfer ${first.name} <user>\`.`,
      );
    }
    for (const { team } of await em.find(TeamMember, { user: found, role: 'owner' }, { populate: ['team'] })) {
      if ((await em.count(TeamMember, { team, role: 'owner' })) > 1) continue;
      throw new ConflictError(
        `\`${found.username}\` is the last owner of \`${team.name}\`. ` +
          `Make somebody else owner first: \`team role ${team.name} <user> owner\`.`,
      );
    }
    await recordAudit(em, {
      ...actor(request.user, request.origin),
      action: 'user.delete',
      resourceType: 'user',
      resourceId: found.id,
      details: { username: found.username, before: { email: found.email, role: found.role } },
    });
    await em.nativeDelete(User, { id: found.id });
    return found;
  });
}

/** Serialised until the transaction ends, so that two super_admins cannot demote each other at the same time. */
async function requireAnotherSuperAdmin(em: EntityManager, found: User, role: UserRole | undefined): Promise<void> {
  if (found.role !== 'super_admin' || role === 'super_admin') return;
  await executeSql(em, `select pg_advisory_xact_lock(hashtextextended('shipmate:super_admins', 0))`);
  if ((await em.count(User, { role: 'super_admin', id: { $ne: found.id } })) > 0) return;
  throw new ConflictError(
    `\`${found.username}\` is the last super_admin. Make another first: \`user role <user> super_admin\`.`,
  );
}

function requireUsername(username: string): string {
  if (/^[a-z0-9_-]{3,50}$/.test(username)) return username;
  throw new UsageError(
    `${quoted(username)} is not a valid username: use 3 to 50 lower-case letters, digits, \`_\` or \`-\`, e.g. \`ada_l\`.`,
  );
}

function requireEmail(email: string): string {
  if (email.length <= 255 && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return email;
  throw new UsageError(`${quoted(email)} is not an e-mail address. Example: \`ada@example.com\`.`);
}
