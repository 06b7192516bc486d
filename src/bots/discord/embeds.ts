import { type APIEmbed, ComponentType } from 'discord.js';
import type { Action, Reply } from '../../replies/reply.ts';
import { hasPublicHost } from '../../public-address.ts';
import { oneLine } from '../../harmless-text.ts';
import { cutRows, cutText } from '../truncate.ts';
import { createButtons, inRows, mostButtons } from './buttons.ts';
import { logText, sentences, shrink, tableText } from './fitted.ts';
import { fence, markdown, plain } from './markdown.ts';
import { colours, type EmbedsMessage, pictureFile } from './message.ts';
import type { StoredLines } from './stored-lines.ts';

/** Discord's: all text of an embed, its description, its title, a field's name and value, how many fields. */
const limits = { embed: 6_000, description: 4_096, title: 256, name: 256, value: 1_024, fields: 25 };
/** Of the text before tables and logs, and of what is before a field's name. */
const mostText = 2_000;

/**
 * A reply as an embed, for messages that were posted as one and where Discord refuses components. What does not fit is
 * cut, and the message says so. Never throws.
 */
export function renderEmbeds(reply: Reply, lines: StoredLines): EmbedsMessage {
  const { actions = [], page, picture, title, tone } = reply;
  const head =
    title === undefined ? undefined : cutText(plain(oneLine(title).replaceAll('`', '')), limits.title) || ' ';
  const fields = embedFields(reply);
  const taken = (head?.length ?? 0) + fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  const description = descriptionOf(reply, Math.min(limits.description, limits.embed - taken - 50), actions.length);
  const embed: APIEmbed = {
    color: colours[tone],
    ...(head !== undefined && { title: head }),
    ...(head !== undefined && page !== undefined && hasPublicHost(page) && { url: page }),
    ...(description && { description }),
    ...(fields.length > 0 && { fields }),
    ...(picture && { image: { url: `attachment://${pictureFile}` } }),
  };
  if (!embed.title && !embed.description && fields.length === 0) embed.description = 'Done.';
  const { mentions = [] } = reply;
  const pinged = mentions.length > 0 && {
    content: mentions.map((account) => `<@${account}>`).join(' '),
    allowed_mentions: { parse: [] as [], users: [...mentions] },
  };
  return { embeds: [embed], components: buttonRows(actions, lines), allowed_mentions: { parse: [] }, ...pinged };
}

function descriptionOf(reply: Reply, room: number, actions: number): string {
  const left = actions - mostButtons;
  const parts = [
    sentences(reply.text ?? '', Math.min(mostText, room)),
    reply.link ? `[${cutText(plain(oneLine(reply.link.label)), 200)}](${reply.link.url})` : '',
    reply.page !== undefined && reply.title === undefined ? `[Open the page](${reply.page})` : '',
    left > 0 ? `… ${left} more actions: type the command.` : '',
  ].filter(Boolean);
  let free = room - parts.join('\n').length - 1;
  for (const part of [tableOf, logText]) {
    const text = part(reply, free);
    if (!text) continue;
    parts.push(text);
    free -= text.length + 1;
  }
  return parts.join('\n');
}

function embedFields({ fields = [] }: Reply): NonNullable<APIEmbed['fields']> {
  const shown = fields.slice(0, limits.fields).map(({ name, value }) => ({
    name: shrink(oneLine(name), limits.name, plain) || '–',
    value: shrink(value, Math.min(limits.value, Math.floor(3_000 / fields.length) + 100), markdown) || '–',
    inline: value.length <= 40,
  }));
  const { rows: fitting } = cutRows(shown, 3_500, ({ name, value }) => name.length + value.length);
  return fitting;
}

function tableOf({ table }: Reply, room: number): string {
  if (!table) return '';
  const { left, text } = tableText(table, room);
  return fence(left > 0 ? `${text}\n… ${left} more` : text);
}

function buttonRows(actions: Action[], lines: StoredLines): EmbedsMessage['components'] {
  const shown = actions.slice(0, mostButtons).map(createButtons(lines));
  return inRows(shown).map((components) => ({ type: ComponentType.ActionRow, components }));
}
