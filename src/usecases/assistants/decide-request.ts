import type { EntityManager } from '../../database/database.ts';
import { ApiToken } from '../../entities/api-token.ts';
import { AssistantRequest } from '../../entities/assistant-request.ts';
import { User, type UserRole } from '../../entities/user.ts';
import { ConflictError, ForbiddenError } from '../../errors.ts';
import { roleAtLeast } from '../access/roles.ts';
import { requireReason } from '../deployments/hold/deploy-locks.ts';
import type { Deps } from '../deps.ts';
import { idRange } from '../id-prefix.ts';
import { actor, type Origin } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { identityOf, inputOf, type RequestDeps } from './ask-for-approval.ts';

interface Decision {
  user: User;
  origin: Origin;
  /** Its id, or at least the first eight characters. */
  request: string;
  /** The role that the command needs, by its name; undefined when there is no such command any more. */
  roleFor(command: string): UserRole | 'anyone' | undefined;
}

/** An approved request, which nobody else runs. */
export interface ApprovedRequest {
  id: string;
  /** In whose name it runs. */
  user: User;
  client: string;
  command: string;
  line: string;
  input: Record<string, unknown>;
}

/**
 * Approves what an assistant asked for. The person in whose name it is asked may do that too: a person is all that it waits
 * for, and it can do no more than they.
 * @returns undefined when the person sees no request with that id.
 * @throws {ForbiddenError} without the role; {ConflictError} when it no longer waits.
 */
export async function approveRequest(deps: RequestDeps, decision: Decision): Promise<ApprovedRequest | undefined> {
  const found = await decide(deps, decision, { status: 'running' });
  if (!found) return undefined;
  const { client, command, id, line, user } = found;
  const input = JSON.parse(inputOf(deps, found)) as Record<string, unknown>;
  return { id, user, client, command, line, input };
}

/** Returns and throws like `approveRequest`. */
export async function denyRequest(
  deps: RequestDeps,
  decision: Decision & { reason?: string | undefined },
): Promise<AssistantRequest | undefined> {
  return decide(deps, decision, { status: 'denied', given: decision.reason ?? '' });
}

/** Keeps what the assistant is told, with the id of the deployment that it may follow. */
export async function endRequest(
  { cipher, database }: RequestDeps,
  id: string,
  { answer, deployment }: { answer: object; deployment: string | undefined },
): Promise<void> {
  const sealed = cipher.encrypt(JSON.stringify({ ...answer, deployment }), identityOf(id, 'answer'));
  await database
    .asSystem()
    .nativeUpdate(AssistantRequest, { id, status: 'running' }, { status: 'done', answer: sealed, endedAt: new Date() });
}

async function decide(
  deps: RequestDeps,
  decision: Decision,
  to: { status: 'running' } | { status: 'denied'; given: string },
): Promise<AssistantRequest | undefined> {
  const { origin, user } = decision;
  if (origin.assistant !== undefined) throw new ForbiddenError('Only people decide what assistants may do.');
  const seen = await deps.database.asUser(user.id).transactional(async (em) => findRequest(em, decision.request));
  if (!seen) return undefined;
  const reason = to.status === 'denied' ? requireReason(to.given) : undefined;
  if (to.status === 'running') {
    requireRole(seen, decision);
    await requireLiveToken(deps, seen);
  }
  return deps.database.asUser(user.id).transactional(async (em) => {
    const now = new Date();
    // The first of several concurrent decisions wins.
    const changed = await em.nativeUpdate(
      AssistantRequest,
      { id: seen.id, status: 'waiting', expiresAt: { $gt: now } },
      {
        status: to.status,
        decidedBy: em.getReference(User, user.id),
        decidedAt: now,
        ...(to.status === 'denied' && { endedAt: now, reason: reason ?? null }),
      },
    );
    if (changed === 0) throw await noLongerWaiting(em, seen.id);
    await recordAudit(em, {
      ...actor(user, origin),
      action: `user.assistant_${to.status === 'running' ? 'approve' : 'deny'}`,
      ...(seen.project
        ? { resourceType: 'project' as const, resourceId: seen.project.id }
        : { resourceType: 'user' as const, resourceId: seen.user.id }),
      details: {
        kind: 'assistant_request',
        request: seen.id,
        user: seen.user.username,
        client: seen.client,
        command: seen.command,
        ...(reason !== undefined && { reason }),
      },
    });
    return seen;
  });
}

async function findRequest(em: EntityManager, given: string): Promise<AssistantRequest | undefined> {
  const range = idRange(given);
  if (!range) return undefined;
  const [found, other] = await em.find(AssistantRequest, { id: range }, { limit: 2, populate: ['user'] });
  return other ? undefined : found;
}

function requireRole({ command }: AssistantRequest, { roleFor, user }: Decision): void {
  const role = roleFor(command);
  if (role === undefined) throw new ConflictError(`There is no command \`${command}\` any more.`);
  if (role === 'anyone' || roleAtLeast(user.role, role)) return;
  throw new ForbiddenError(`\`${command}\` needs the role \`${role}\`; yours is \`${user.role}\`.`);
}

/** Whoever revokes a token takes back what was asked with it. */
async function requireLiveToken({ database }: Pick<Deps, 'database'>, { token }: AssistantRequest): Promise<void> {
  if (!token) return;
  const live = await database.asSystem().count(ApiToken, { id: token.id, revokedAt: null });
  if (live === 0) throw new ConflictError('The token that it was asked with is revoked.');
}

async function noLongerWaiting(em: EntityManager, id: string): Promise<ConflictError> {
  const [now] = await em.find(AssistantRequest, { id }, { refresh: true });
  const status = now?.status === 'waiting' ? 'expired' : (now?.status ?? 'gone');
  return new ConflictError(`This request of an assistant is no longer waiting: it is \`${status}\`.`);
}
