import type { ServerChannel } from '@mattermost/types/channels';
import type { Reach } from '../../usecases/notifications/reach.ts';
import { MattermostError, type Rest } from './rest.ts';
import { parseThread } from './thread-ref.ts';

const invite = 'Add the bot to that channel: `/invite @` and its name.';

/** Whether messages may be posted there. @param botId The bot's own account. @throws {Error} when the server does not answer. */
export async function reachOf(rest: Rest, botId: string, channel: string): Promise<Reach> {
  const { channel: id } = parseThread(channel);
  try {
    const { delete_at: archived } = await rest.call<ServerChannel>('GET', `/channels/${id}`);
    if (archived > 0)
      return { state: 'refused', why: 'it is archived', step: 'Unarchive the channel, or choose another one.' };
    await rest.call('GET', `/channels/${id}/members/${botId}`);
    return { state: 'open' };
  } catch (error) {
    if (!(error instanceof MattermostError) || ![400, 403, 404].includes(error.status)) throw error;
    const unknown =
      error.id === 'app.channel.get_member.missing.app_error'
        ? 'I am not in it'
        : 'it does not exist, or I am not in it';
    return { state: 'refused', why: unknown, step: invite };
  }
}
