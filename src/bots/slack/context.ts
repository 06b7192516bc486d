import type { Dispatcher } from '../../handlers/dispatch.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { SlackApi } from './api.ts';
import type { Conversation } from './conversation.ts';
import type { Looks } from './looks.ts';

/** What the bot is made of, for those who listen. */
export interface SlackContext {
  api: SlackApi;
  conversation: Conversation;
  deps: Deps;
  dispatcher: Dispatcher;
  looks: Looks;
  /** Keeps what goes on after Slack was answered, and logs what fails. */
  track(work: Promise<void>): void;
}
