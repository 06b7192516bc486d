import type { APIEmbed, APIMessage } from 'discord.js';
import type { DiscordMessage } from './message.ts';

/** Discord answers a nonce that it has seen with the message of then. It trims texts, and numbers components. */
export function showsSame(posted: Pick<APIMessage, 'components' | 'embeds'>, message: DiscordMessage): boolean {
  if ('embeds' in message)
    return wordsOf(posted.embeds.map(wordsOfEmbed)) === wordsOf(message.embeds.map(wordsOfEmbed));
  return wordsOf(textsOf(posted.components ?? [])) === wordsOf(textsOf(message.components));
}

function wordsOfEmbed({ description = '', fields = [], title = '' }: APIEmbed): unknown[] {
  return [title, description, fields.map(({ name, value }) => [name, value])];
}

/** In the order in which they are read. */
function textsOf(components: readonly object[]): string[] {
  return components.flatMap((one) => [
    ...('content' in one ? [String(one.content)] : []),
    ...('components' in one ? textsOf(one.components as object[]) : []),
  ]);
}

function wordsOf(words: unknown[]): string {
  return JSON.stringify(words).replaceAll(/\s|\\[nrt]/g, '');
}
