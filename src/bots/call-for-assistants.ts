import { executeSql } from '../database/database.ts';
import { AssistantRequest } from '../entities/assistant-request.ts';
import { assistantCall } from '../replies/assistant-call.ts';
import type { Deps } from '../usecases/deps.ts';
import { ifFree } from '../usecases/wait-for-lease.ts';
import type { Bot } from './bot.ts';
import { tellUser } from './tell-user.ts';

/** Looked at together; the rest comes with the next look. */
const batch = 100;

/**
 * Tells people in private what assistants ask for in their name, and reminds them of it before it expires; by one replica
 * at a time. Who has no account on the platform finds it with `approve` elsewhere.
 */
export async function callForAssistants(
  deps: Pick<Deps, 'database' | 'leases' | 'logger'>,
  bot: Bot,
  now: Date,
): Promise<void> {
  if (bot.local || !bot.tell) return;
  const { platform } = bot;
  const open = { status: 'waiting', expiresAt: { $gt: now } } as const;
  const order = { orderBy: { createdAt: 'asc' }, populate: ['user'], limit: batch } as const;
  const due = async () => {
    const waiting = await deps.database.asSystem().find(AssistantRequest, open, order);
    return waiting.filter((one) => dueCall(one, platform));
  };
  if ((await due()).length === 0) return;
  await ifFree(deps, `assistants:${platform}`, async () => {
    for (const one of await due()) {
      // Before it is told: what cannot be told is not tried for ever.
      const told = JSON.stringify({ [platform]: one.remindedAt ? 'reminded' : 'asked' });
      const merge = 'update assistant_requests set told = told || $2::jsonb where id = $1';
      await executeSql(deps.database.asSystem(), merge, [one.id, told]);
      await tellUser(deps, bot, one.user, assistantCall(one));
    }
  });
}

function dueCall({ remindedAt, told }: AssistantRequest, platform: Bot['platform']): boolean {
  const said = told[platform];
  return said === undefined || (said === 'asked' && remindedAt !== null && remindedAt !== undefined);
}
