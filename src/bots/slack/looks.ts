import { type types, webApi } from '@slack/bolt';
import type { Logger } from '../../logger.ts';
import type { Reply } from '../../replies/reply.ts';
import { chartBlocks, type NewerBlock, newerBlocks, type NewerPart, newerParts } from './newer-blocks.ts';
import { renderReply, type SlackMessage } from './render.ts';

/** What a workspace does not take, kept beyond the process. */
export interface RefusedBlocks {
  read(): Promise<readonly string[]>;
  add(parts: readonly NewerPart[]): Promise<void>;
}

/** A reply as Slack's message, and what to send when Slack refuses its newer blocks. */
export interface Drawn {
  message: SlackMessage;
  /** The same with the older blocks; undefined when that is no answer to the error. */
  plainer(error: unknown): Drawn | undefined;
  /** Slack has taken it. */
  taken(): void;
}

export interface Looks {
  /** @param more Blocks below the reply. */
  draw(reply: Reply, more?: types.KnownBlock[]): Drawn;
  /** Whether its charts are drawn in the message, so that no picture is needed. */
  drawsCharts(reply: Reply): boolean;
  /** Whether links are shown as work objects too. */
  takesWorkObjects(): boolean;
  /** @param reason Slack's name for it. */
  refuseWorkObjects(reason: string): void;
  /** Reads what the workspace has refused before. Never throws. */
  load(): Promise<void>;
}

/** What `response_url` answered with. */
export class RespondError extends Error {
  override name = 'RespondError';
}

/**
 * Slack gives its newer blocks to workspaces little by little, and drops a whole message for one that it does not know:
 * then the message goes out at once in the blocks that every workspace takes, and so does every later one.
 */
export function createLooks(memory: RefusedBlocks, logger: Logger): Looks {
  const refused = new Set<NewerPart>();

  function remember(parts: readonly NewerPart[], reason?: string): void {
    const news = parts.filter((part) => !refused.has(part));
    if (news.length === 0) return;
    for (const part of news) refused.add(part);
    logger.info(
      { platform: 'slack', parts: news, reason },
      'the workspace does not take newer parts of messages: older ones from now on',
    );
    memory.add(news).catch((error: unknown) => logger.warn({ err: error, platform: 'slack' }, 'not remembered'));
  }

  /** What was wrong is only known to be a block once the message without it is taken. */
  function draw(reply: Reply, more: types.KnownBlock[], suspects: readonly NewerBlock[]): Drawn {
    const without = new Set([...refused, ...suspects]);
    const { blocks, text } = renderReply(reply, without);
    const message = { text, blocks: [...blocks, ...more] };
    return {
      message,
      plainer(error) {
        const used = newerBlocks.filter((name) => blocks.some(({ type }) => type === name));
        if (used.length === 0 || !isAboutBlocks(error)) return undefined;
        const named = used.filter((name) => isNamed(error, name, message));
        return draw(reply, more, [...suspects, ...(named.length > 0 ? named : used)]);
      },
      taken: () => remember(suspects),
    };
  }

  return {
    draw: (reply, more = []) => draw(reply, more, []),
    takesWorkObjects: () => !refused.has('work_object'),
    refuseWorkObjects: (reason) => remember(['work_object'], reason),
    drawsCharts: (reply) => !refused.has('data_visualization') && chartBlocks(reply) !== undefined,
    async load() {
      try {
        const known = await memory.read();
        for (const name of newerParts) if (known.includes(name)) refused.add(name);
      } catch (error) {
        logger.warn({ err: error, platform: 'slack' }, 'what the workspace refused before is not known');
      }
    },
  };
}

/** Sends the message, and what is plainer for as long as Slack refuses blocks of it. */
export async function sendDrawn<T>(drawn: Drawn, send: (message: SlackMessage) => Promise<T>): Promise<T> {
  for (let next = drawn; ;) {
    try {
      const answer = await send(next.message);
      next.taken();
      return answer;
    } catch (error) {
      const plainer = next.plainer(error);
      if (!plainer) throw error;
      next = plainer;
    }
  }
}

function isAboutBlocks(error: unknown): boolean {
  if (error instanceof RespondError) return error.message.includes('invalid_blocks');
  return error instanceof webApi.WebAPIPlatformError && error.data.error === 'invalid_blocks';
}

/** Slack says which block it means by a JSON pointer, or by its type. */
function isNamed(error: unknown, name: NewerBlock, { blocks }: SlackMessage): boolean {
  if (!(error instanceof webApi.WebAPIPlatformError)) return false;
  const { messages = [] } = error.data.response_metadata ?? {};
  return messages.some((text) => {
    const [, at] = /\/blocks\/(\d+)\b/.exec(text) ?? [];
    return at === undefined ? new RegExp(String.raw`\b${name}\b`).test(text) : blocks[Number(at)]?.type === name;
  });
}
