import { DiscordAPIError } from 'discord.js';
import type { Logger } from '../../logger.ts';
import type { Reply } from '../../replies/reply.ts';
import { makeRoom } from '../../make-room.ts';
import { renderComponents } from './components.ts';
import { renderEmbeds } from './embeds.ts';
import type { DiscordFile, DiscordMessage } from './message.ts';
import type { RefusedComponents } from './refused-components.ts';
import type { StoredLines } from './stored-lines.ts';

type Look = 'components' | 'embeds';

/** @param files What goes up with the message. */
export type Render = (reply: Reply, files?: readonly DiscordFile[]) => DiscordMessage;

export interface Looks {
  /**
   * Sends what it renders, and at once in the other look where Discord refuses the first.
   * @param message An id: a message keeps the look that it was posted in, also by an earlier version of Shipmate.
   * @throws {DiscordAPIError} about the first look when Discord refuses both.
   */
  send<T>(send: (render: Render) => Promise<T>, message?: string): Promise<T>;
  /** Reads whether Discord has refused components before. Never throws. */
  load(): Promise<void>;
}

/** Messages whose look is known; of others it is found out by one edit that Discord refuses. */
const mostKnown = 1_000;
const invalidForm = 50_035;

/**
 * A message is Components V2 for good or never. Where Discord does not know them, e.g. behind a proxy with an older API, a
 * message goes out at once as an embed, and so does every later one.
 */
export function createLooks(memory: RefusedComponents, lines: StoredLines, logger: Logger): Looks {
  const renders: Record<Look, Render> = {
    components: (reply, files) => renderComponents(reply, lines, files),
    embeds: (reply) => renderEmbeds(reply, lines),
  };
  const known = new Map<string, Look>();
  let usual: Look = 'components';

  function keep(message: string, look: Look): void {
    known.delete(message);
    makeRoom(known, mostKnown);
    known.set(message, look);
  }

  /** What was wrong is only known to be the look once the message is taken in the other one. */
  function learn(error: DiscordAPIError): void {
    if (!isUnknown(error)) return logger.warn({ err: error, platform: 'discord' }, 'sent as an embed');
    if (usual === 'embeds') return;
    usual = 'embeds';
    logger.info({ platform: 'discord' }, 'Discord does not take components: embeds from now on');
    memory.remember().catch((failed: unknown) => logger.warn({ err: failed, platform: 'discord' }, 'not remembered'));
  }

  return {
    async send(send, message) {
      const first = (message === undefined ? undefined : known.get(message)) ?? usual;
      try {
        const sent = await send(renders[first]);
        if (message !== undefined) keep(message, first);
        return sent;
      } catch (error) {
        if (!isAboutForm(error) || (message === undefined && first === 'embeds')) throw error;
        const other = first === 'components' ? 'embeds' : 'components';
        const sent = await send(renders[other]).catch((second: unknown) => {
          throw isAboutForm(second) ? error : second;
        });
        if (message === undefined) learn(error);
        else keep(message, other);
        return sent;
      }
    },
    async load() {
      try {
        if (await memory.read()) usual = 'embeds';
      } catch (error) {
        logger.warn({ err: error, platform: 'discord' }, 'what Discord refused before is not known');
      }
    },
  };
}

/** Whether Discord refused what was sent for its shape. */
export function isAboutForm(error: unknown): error is DiscordAPIError {
  return error instanceof DiscordAPIError && Number(error.code) === invalidForm;
}

/**
 * Whether Discord refused the kind of a component or the flag, not its content: then every message would be refused.
 * @see https://docs.discord.com/developers/reference#error-messages
 */
function isUnknown({ rawError }: DiscordAPIError): boolean {
  const errors = 'errors' in rawError ? JSON.stringify(rawError.errors) : '';
  return /UNION_TYPE_CHOICES|"flags"/.test(errors);
}
