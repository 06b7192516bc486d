import { AssistantRequest } from '../../entities/assistant-request.ts';
import type { Deps } from '../deps.ts';

/** How long before it expires the person is reminded, milliseconds. */
const remindBeforeMs = 15 * 60_000;

/** A command has answered by then, unless Shipmate stopped under it; milliseconds. */
const longestRunMs = 15 * 60_000;

/** How long an assistant may ask what came of it, milliseconds. */
const keepMs = 7 * 86_400_000;

/** Ends what nobody decided in time and what was interrupted, reminds of what expires soon, deletes what is old. */
export async function expireRequests({ database }: Pick<Deps, 'database'>, now = new Date()): Promise<void> {
  const em = database.asSystem();
  const ago = (ms: number) => new Date(now.getTime() - ms);
  await em.nativeUpdate(
    AssistantRequest,
    { status: 'waiting', expiresAt: { $lte: now } },
    { status: 'expired', endedAt: now },
  );
  await em.nativeUpdate(
    AssistantRequest,
    { status: 'running', decidedAt: { $lte: ago(longestRunMs) } },
    { status: 'interrupted', endedAt: now },
  );
  const soon = { $gt: now, $lte: new Date(now.getTime() + remindBeforeMs) };
  await em.nativeUpdate(
    AssistantRequest,
    { status: 'waiting', remindedAt: null, expiresAt: soon },
    { remindedAt: now },
  );
  await em.nativeDelete(AssistantRequest, { endedAt: { $lte: ago(keepMs) } });
}
