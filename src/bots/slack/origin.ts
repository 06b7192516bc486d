import type { Context } from '@slack/bolt';
import type { Origin } from '../../usecases/origin.ts';
import type { SlackApi } from './api.ts';
import { formatThread, isDirect, type ThreadRef } from './thread-ref.ts';

/**
 * Who spoke and where. The workspace is the one that installed the app, also for people of another one in a channel of
 * Slack Connect: some of what Slack sends names theirs.
 */
export async function originOf(
  api: SlackApi,
  { teamId }: Context,
  account: string,
  thread: ThreadRef,
  name?: string,
): Promise<Origin> {
  return {
    platform: 'slack',
    workspace: (await api.team()) ?? teamId ?? '',
    channel: formatThread(thread),
    shared: !isDirect(thread) || !(await api.isOwnDirect(account, thread.channel)),
    account,
    accountName: name ?? (await api.nameOf(account)),
    zone: () => api.zoneOf(account),
  };
}
