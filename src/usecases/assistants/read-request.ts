import { AssistantRequest, type AssistantRequestStatus } from '../../entities/assistant-request.ts';
import type { User } from '../../entities/user.ts';
import { idRange } from '../id-prefix.ts';
import { identityOf, type RequestDeps } from './ask-for-approval.ts';

export interface RequestState {
  id: string;
  status: AssistantRequestStatus;
  line: string;
  reason: string | undefined;
  expiresAt: Date;
  /** What the assistant is told, as it was kept; undefined before the end. */
  answer: unknown;
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
  const [found, other] = await database
    .asUser(user.id)
    .transactional(async (em) => em.find(AssistantRequest, find, { limit: 2 }));
  if (!found || other) return undefined;
  const { answer, expiresAt, line, reason } = found;
  const isOver = found.status === 'waiting' && expiresAt <= new Date();
  return {
    id: found.id,
    status: isOver ? 'expired' : found.status,
    line,
    reason: reason ?? undefined,
    expiresAt,
    answer: answer ? (JSON.parse(cipher.decrypt(answer, identityOf(found.id, 'answer'))) as unknown) : undefined,
  };
}
