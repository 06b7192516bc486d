import {
  type APIApplicationCommand,
  type APIChannel,
  type APIMessage,
  type APIModalInteractionResponseCallbackData,
  type Client,
  InteractionResponseType,
  MessageFlags,
  type REST,
  RateLimitError,
  type RESTPostAPIChatInputApplicationCommandsJSONBody as Definition,
  Routes,
} from 'discord.js';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageRef } from '../bot.ts';
import type { DiscordFile, DiscordMessage } from './message.ts';
import type { Reach } from '../../usecases/notifications/reach.ts';
import { reachOf } from './reach.ts';
import { showsSame } from './shown-words.ts';
import { uploadOf } from './upload.ts';

/** What interactions are answered with: their id and token, which lives 15 minutes. */
export interface Answerable {
  id: string;
  token: string;
}

/** Discord's REST API; its client waits where the platform says so. */
export interface DiscordApi {
  /**
   * @param key Names the post (default: another one each time): the message that was posted under it within some minutes
   * shows this one, also when the client sends it again after a 502.
   * @returns the message's id.
   */
  post(channel: string, message: DiscordMessage, files?: DiscordFile[], key?: string): Promise<string>;
  /** `newest` is asked for what to show when this had to wait. */
  edit(
    ref: MessageRef,
    message: DiscordMessage,
    options?: { newest?: (() => Promise<DiscordMessage>) | undefined; signal?: AbortSignal | undefined },
  ): Promise<void>;
  /** Says that an answer follows; only the person sees it when `ephemeral`. Within three seconds. */
  defer(to: Answerable, ephemeral: boolean): Promise<void>;
  /** The first answer at once. Within three seconds. */
  reply(to: Answerable, message: DiscordMessage, ephemeral: boolean): Promise<void>;
  openModal(to: Answerable, modal: APIModalInteractionResponseCallbackData): Promise<void>;
  suggest(to: Answerable, choices: string[]): Promise<void>;
  /** Replaces the answer that was deferred. */
  answer(to: Answerable, message: DiscordMessage, files?: DiscordFile[]): Promise<void>;
  /** Takes the answer back. */
  withdraw(to: Answerable): Promise<void>;
  /** A further answer. */
  followUp(to: Answerable, message: DiscordMessage, ephemeral: boolean, files?: DiscordFile[]): Promise<void>;
  /** The conversation with one person. @returns its channel's id. */
  openDirect(account: string): Promise<string>;
  commands(): Promise<APIApplicationCommand[]>;
  replaceCommands(definitions: Definition[]): Promise<void>;
  /** Whether messages may be posted in a channel. @throws {Error} when Discord does not answer. */
  reach(channel: string): Promise<Reach>;
  /** The key that signs interactions over HTTP, hex. */
  verifyKey(): Promise<string>;
}

export function createDiscordApi(client: Client, applicationId: string): DiscordApi {
  const { rest } = client;
  const original = (to: Answerable) => Routes.webhookMessage(applicationId, to.token, '@original');

  async function callback(to: Answerable, type: InteractionResponseType, data: object): Promise<void> {
    await rest.post(Routes.interactionCallback(to.id, to.token), { body: { type, data }, auth: false });
  }

  return {
    async post(channel, message, files = [], key = randomUUID()) {
      const body = { ...message, nonce: nonceOf([key, channel]), enforce_nonce: true };
      const posted = (await rest.post(Routes.channelMessages(channel), await uploadOf(body, files))) as APIMessage;
      if (!showsSame(posted, message)) await patch(rest, Routes.channelMessage(channel, posted.id), message, files);
      return posted.id;
    },
    async edit({ channel, message }, first, { newest, signal } = {}) {
      let body = first;
      for (;;) {
        try {
          await patch(rest, Routes.channelMessage(channel, message), body);
          return;
        } catch (error) {
          if (!(error instanceof RateLimitError)) throw error;
          await delay(error.retryAfter, undefined, signal && { signal });
          body = newest ? await newest() : body;
        }
      }
    },
    async defer(to, ephemeral) {
      await callback(to, InteractionResponseType.DeferredChannelMessageWithSource, forOne(ephemeral));
    },
    async reply(to, message, ephemeral) {
      await callback(to, InteractionResponseType.ChannelMessageWithSource, forOne(ephemeral, message));
    },
    async openModal(to, modal) {
      await callback(to, InteractionResponseType.Modal, modal);
    },
    async suggest(to, choices) {
      const data = { choices: choices.map((value) => ({ name: value, value })) };
      await callback(to, InteractionResponseType.ApplicationCommandAutocompleteResult, data);
    },
    async answer(to, body, files = []) {
      const upload = await uploadOf(body, files);
      await onOpenConnection(() => rest.patch(original(to), { ...upload, auth: false }));
    },
    async withdraw(to) {
      await rest.delete(original(to), { auth: false });
    },
    async followUp(to, message, ephemeral, files = []) {
      const upload = await uploadOf(forOne(ephemeral, message), files);
      await onOpenConnection(() => rest.post(Routes.webhook(applicationId, to.token), { ...upload, auth: false }));
    },
    async openDirect(account) {
      const { id } = (await rest.post(Routes.userChannels(), { body: { recipient_id: account } })) as APIChannel;
      return id;
    },
    async commands() {
      return (await rest.get(Routes.applicationCommands(applicationId))) as APIApplicationCommand[];
    },
    async replaceCommands(body) {
      await rest.put(Routes.applicationCommands(applicationId), { body });
    },
    // The account of an old application has another id than the application.
    reach: (channel) => reachOf(rest, client.user?.id ?? applicationId, channel),
    async verifyKey() {
      const { verify_key: key } = (await rest.get(Routes.currentApplication())) as { verify_key: string };
      return key;
    },
  };
}

const brokenConnection = new Set(['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET']);

/**
 * That the platform has closed a kept connection is noticed only when it is written to: an answer is then sent once
 * more, since nobody would hear of the first one.
 */
async function onOpenConnection(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && brokenConnection.has(String(error.code)))) throw error;
    await send();
  }
}

/** At most 25 characters. @see https://docs.discord.com/developers/resources/message#create-message */
function nonceOf(post: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(post)).digest('hex').slice(0, 25);
}

/** A message, or nothing yet, that only one person sees. */
function forOne(ephemeral: boolean, message: object & { flags?: MessageFlags } = {}): object {
  return ephemeral ? { ...message, flags: MessageFlags.Ephemeral | (message.flags ?? 0) } : message;
}

/** Attachments stay as they are unless they are named. */
async function patch(rest: REST, route: `/${string}`, body: DiscordMessage, files: DiscordFile[] = []): Promise<void> {
  await rest.patch(route, await uploadOf(body, files));
}
