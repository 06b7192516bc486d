import { AssistantRequest, type AssistantRequestStatus } from '../../entities/assistant-request.ts';
import { Deployment } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import { idRange } from '../id-prefix.ts';
import type { EntityManager } from '../../database/database.ts';
import { identityOf, type RequestDeps } from './ask-for-approval.ts';

export interface RequestState {
  id: string;
  status: AssistantRequestStatus;
  line: string;
  reason: string | undefined;
  expiresAt: Date;
  /** What the assistant is told, as it was kept; undefined before the end. */
  answer: unknown;
  /** Id of the deployment that it began; undefined where there is none, or none any more that the person sees. */
  deployment: string | undefined;
}

/** A request in the person's own name; undefined when there is none with that id. */
export async function readRequest(
  { cipher, database }: RequestDeps,
  user: Pick<User, 'id'>,
  given: string,
): Promise<RequestState | undefined> {
  const id = idRange(given);
  if (!id) return undefined;
  const find = { id, user: user.id };
  return database.asUser(user.id).transactional(async (em) => {
    const [found, other] = await em.find(AssistantRequest, find, { limit: 2 });
    return found && !other ? stateOf(cipher, em, found) : undefined;
  });
}

/** Id of what was asked for last with a token, or over the machine's own socket. */
export async function newestRequest(
  { database }: Pick<RequestDeps, 'database'>,
  user: Pick<User, 'id'>,
  token: string | undefined,
): Promise<string | undefined> {
  const find = { user: user.id, token: token ?? null };
  return database.asUser(user.id).transactional(async (em) => {
    const [newest] = await em.find(AssistantRequest, find, { orderBy: { createdAt: 'desc' }, limit: 1 });
    return newest?.id;
  });
}

async function stateOf(cipher: Cipher, em: EntityManager, found: AssistantRequest): Promise<RequestState> {
  const { expiresAt, line, reason } = found;
  const { deployment, ...answer } = keptOf(cipher, found);
  const isOver = found.status === 'waiting' && expiresAt <= new Date();
  return {
    id: found.id,
    status: isOver ? 'expired' : found.status,
    line,
    reason: reason ?? undefined,
    expiresAt,
    answer: found.answer ? answer : undefined,
    deployment: deployment && (await em.findOne(Deployment, deployment)) ? deployment : undefined,
  };
}

/** As `endRequest` has kept it. */
function keptOf(cipher: Cipher, { answer, id }: AssistantRequest): { deployment?: string } {
  return answer ? (JSON.parse(cipher.decrypt(answer, identityOf(id, 'answer'))) as { deployment?: string }) : {};
}
