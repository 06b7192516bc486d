import { ChatIdentity } from '../entities/chat-identity.ts';
import type { User } from '../entities/user.ts';
import type { Reply } from '../replies/reply.ts';
import type { Deps } from '../usecases/deps.ts';
import type { Bot } from './bot.ts';

/** Says something to a person alone, if they have an account on the platform; what fails is logged. */
export async function tellUser(
  { database, logger }: Pick<Deps, 'database' | 'logger'>,
  bot: Bot,
  user: Pick<User, 'id'> | null | undefined,
  reply: Reply,
): Promise<void> {
  if (!user || !bot.tell) return;
  const identity = await database.asSystem().findOne(ChatIdentity, { user: user.id, platform: bot.platform });
  if (!identity) return;
  try {
    await bot.tell(identity.account, reply);
  } catch (error) {
    logger.warn({ err: error, platform: bot.platform }, 'person not told of a refusal');
  }
}
