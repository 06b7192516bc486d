import { createHash, randomBytes } from 'node:crypto';
import { ApiToken, type McpMode } from '../../entities/api-token.ts';
import { User } from '../../entities/user.ts';
import { ConflictError, NotFoundError, UsageError } from '../../errors.ts';
import { endSessions } from './end-sessions.ts';
import { recordAudit } from '../record-audit.ts';
import type { Deps } from '../deps.ts';
import { actor, type Origin } from '../origin.ts';
import { quoted } from '../../quoted.ts';

/** Precision of a token's last use, milliseconds; avoids a write per request. */
const lastUsedGrainMs = 60_000;

interface TokenRequest {
  user: User;
  name: string;
  origin: Origin;
}

/** What is stored of a token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Creates a bearer token that acts with the person's own role: for the HTTP API, or with `mcp` for an assistant and
 * nothing else. It is shown only once.
 * @throws {ConflictError} when the person already has a token of that name.
 */
export async function createToken(
  deps: Deps,
  { mcp, name, origin, user }: TokenRequest & { mcp?: McpMode | undefined },
): Promise<string> {
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw new UsageError(`${quoted(name)} cannot name a token: use up to 100 letters, digits, \`.\`, \`_\` and \`-\`.`);
  }
  const token = `shp_${randomBytes(32).toString('base64url')}`;
  await deps.database.asUser(user.id).transactional(async (em) => {
    const existing = await em.findOne(ApiToken, { user, name });
    if (existing && !existing.revokedAt) {
      throw new ConflictError(`You already have a token \`${name}\`. Revoke it first: \`token revoke ${name}\`.`);
    }
    if (existing) await em.nativeDelete(ApiToken, { id: existing.id });
    em.clear();
    em.create(ApiToken, {
      user: em.getReference(User, user.id),
      name,
      tokenHash: hashToken(token),
      mcp: mcp ?? null,
    });
    await em.flush();
    const entry = auditOf(user, origin, 'user.token_create', name);
    await recordAudit(em, { ...entry, details: { ...entry.details, ...(mcp && { mcp }) } });
  });
  return token;
}

export async function listTokens(deps: Deps, user: User): Promise<ApiToken[]> {
  return deps.database
    .asUser(user.id)
    .transactional(async (em) => em.find(ApiToken, { user, revokedAt: null }, { orderBy: { createdAt: 'asc' } }));
}

/**
 * Ends the person's browser sessions too: one may have been begun with the token.
 * @throws {NotFoundError} when the person has no such token.
 */
export async function revokeToken(deps: Deps, { user, name, origin }: TokenRequest): Promise<void> {
  await deps.database.asUser(user.id).transactional(async (em) => {
    const changed = await em.nativeUpdate(ApiToken, { user, name, revokedAt: null }, { revokedAt: new Date() });
    if (changed === 0) throw new NotFoundError(`You have no token ${quoted(name)}. \`token list\` shows yours.`);
    await endSessions(em, user.id);
    await recordAudit(em, auditOf(user, origin, 'user.token_revoke', name));
  });
}

/** The token and its user; undefined when it is unknown or revoked. */
export async function findToken(deps: Pick<Deps, 'database'>, token: string): Promise<ApiToken | undefined> {
  return deps.database.asSystem().transactional(async (em) => {
    const found = await em.findOne(ApiToken, { tokenHash: hashToken(token), revokedAt: null }, { populate: ['user'] });
    if (!found) return undefined;
    const now = new Date();
    if (!found.lastUsedAt || now.getTime() - found.lastUsedAt.getTime() > lastUsedGrainMs) {
      await em.nativeUpdate(ApiToken, { id: found.id }, { lastUsedAt: now });
    }
    return found;
  });
}

/** The token's user; undefined when the token is unknown, revoked or an assistant's. */
export async function authenticate(deps: Pick<Deps, 'database'>, token: string): Promise<User | undefined> {
  const found = await findToken(deps, token);
  return found && !found.mcp ? found.user : undefined;
}

function auditOf(user: User, origin: Origin, action: string, name: string) {
  return {
    ...actor(user, origin),
    action,
    resourceType: 'user' as const,
    resourceId: user.id,
    details: { kind: 'api_token', name },
  };
}
