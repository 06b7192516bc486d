import type { Origin } from '../../usecases/origin.ts';
import type { MattermostApi } from './api.ts';
import { formatThread, type ThreadRef } from './thread-ref.ts';

/** Accounts are the same in every team of a server, and in direct messages, which are of no team. */
const workspace = 'server';

export interface Spoken {
  account: string;
  thread: ThreadRef;
  /** Of the channel, e.g. `town-square`. */
  channelName: string | undefined;
}

/** Who spoke and where. @param botId The bot's own account. */
export async function originOf(
  api: MattermostApi,
  botId: string,
  { account, channelName, thread }: Spoken,
): Promise<Origin> {
  return {
    platform: 'mattermost',
    workspace,
    channel: formatThread(thread),
    shared: channelName !== directName(account, botId),
    account,
    accountName: (await api.person(account))?.name ?? account,
    zone: async () => (await api.person(account))?.zone,
  };
}

/** How the channel of two people is called. */
export function directName(one: string, other: string): string {
  return one < other ? `${one}__${other}` : `${other}__${one}`;
}
