import { ChatMessage } from '../../entities/chat-message.ts';
import type { Deps } from '../deps.ts';
import type { Origin } from '../origin.ts';

/** The platform's id of a deployment's live message in the channel where it was asked for; undefined until it is posted. */
export async function liveMessageId(
  { database }: Pick<Deps, 'database'>,
  deployment: string,
  { channel, platform }: Pick<Origin, 'channel' | 'platform'>,
): Promise<string | undefined> {
  const row = await database.asSystem().findOne(ChatMessage, { deployment, platform, channel });
  return row?.message ?? undefined;
}
