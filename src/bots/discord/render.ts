import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { Action, Reply, Tone } from '../../replies/reply.ts';
import { hasPublicHost } from '../../public-address.ts';
import { harmless, oneLine } from '../../harmless-text.ts';
import { painter, table } from '../console/terminal-text.ts';
import { cutLog, cutRows, cutText } from '../truncate.ts';
import type { StoredLines } from './stored-lines.ts';
import { fence, markdown, plain } from './markdown.ts';

export interface DiscordFile {
  name: string;
  data: Buffer;
}

export interface DiscordMessage {
  /** Mentions alone: those in embeds ping nobody. */
  content?: string;
  embeds: APIEmbed[];
  components: APIActionRowComponent<APIButtonComponentWithCustomId>[];
  message_reference?: { message_id: string; fail_if_not_exists: false };
  /** Nothing else in a reply pings anybody. */
  allowed_mentions: { parse: []; users?: string[] };
}

/** Discord's: all text of an embed, its description, its title, a field's name and value, how many fields. */
const limits = { embed: 6_000, description: 4_096, title: 256, name: 256, value: 1_024, fields: 25 };
const rows = 5;
const perRow = 5;
const mostLabel = 80;
/** Of the text before tables and logs, and of what is before a field's name. */
const mostText = 2_000;
/** Bytes, of the 10 MiB that a message's files may have; the rest is room for a picture. */
const mostLog = 9 * 1024 ** 2;
const tableWidth = 72;
const mostTableRows = 60;
/** Longer than any column becomes. */
const mostCell = 200;

const colours: Record<Tone, number> = { info: 0x1d74d4, success: 0x2a9d5c, warning: 0xd9952b, danger: 0xcf3b3b };

/** A reply within Discord's limits: what does not fit is cut, and the message says so. Never throws. */
export function renderReply(reply: Reply, lines: StoredLines): DiscordMessage {
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
    ...(picture && { image: { url: 'attachment://picture.png' } }),
  };
  if (!embed.title && !embed.description && fields.length === 0) embed.description = 'Done.';
  const { mentions = [] } = reply;
  const pinged = mentions.length > 0 && {
    content: mentions.map((account) => `<@${account}>`).join(' '),
    allowed_mentions: { parse: [] as [], users: [...mentions] },
  };
  return { embeds: [embed], components: buttonRows(actions, lines), allowed_mentions: { parse: [] }, ...pinged };
}

/** As a reply to a message, or an ordinary one when that was deleted. */
export function replyTo(message: string, shown: DiscordMessage): DiscordMessage {
  return { ...shown, message_reference: { message_id: message, fail_if_not_exists: false } };
}

/** What is too long for a message goes up as a file, and pictures do. */
export function attachmentsOf(reply: Reply): DiscordFile[] {
  const { code = '', picture } = reply;
  const log = code.length > mostText ? [{ name: 'log.txt', data: endOf(Buffer.from(harmless(code))) }] : [];
  return [...log, ...(picture ? [{ name: 'picture.png', data: Buffer.from(picture.png) }] : [])];
}

/** The last lines that Discord takes, under a line that says so. */
function endOf(log: Buffer): Buffer {
  if (log.length <= mostLog) return log;
  const from = log.indexOf('\n', log.length - mostLog + 100) + 1;
  return Buffer.concat([
    Buffer.from('… earlier lines are left out: the file would be too large for Discord\n'),
    log.subarray(from),
  ]);
}

function descriptionOf(reply: Reply, room: number, actions: number): string {
  const left = actions - rows * perRow;
  const parts = [
    textOf(reply, Math.min(mostText, room)),
    reply.link ? `[${cutText(plain(oneLine(reply.link.label)), 200)}](${reply.link.url})` : '',
    reply.page !== undefined && reply.title === undefined ? `[Open the page](${reply.page})` : '',
    left > 0 ? `… ${left} more actions: type the command.` : '',
  ].filter(Boolean);
  let free = room - parts.join('\n').length - 1;
  for (const part of [tableOf(reply, free), codeOf]) {
    const text = typeof part === 'string' ? part : part(reply, free);
    if (!text) continue;
    parts.push(text);
    free -= text.length + 1;
  }
  return parts.join('\n');
}

/** Escaping makes text longer: it is cut until what is shown fits. */
function textOf({ text = '' }: Reply, room: number): string {
  return shrink(text, room, markdown);
}

function shrink(text: string, room: number, show: (text: string) => string): string {
  let limit = room;
  for (;;) {
    const shown = show(cutText(text, limit));
    if (shown.length <= room || limit < 2) return shown.slice(0, room);
    limit = Math.floor(limit * Math.min(0.9, room / shown.length));
  }
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

function tableOf({ table: whole }: Reply, room: number): string {
  if (!whole) return '';
  const cells = whole.rows.slice(0, mostTableRows).map((row) => row.map((cell) => cutText(cell, mostCell)));
  const [header = '', ...lines] = table({ ...whole, rows: cells }, tableWidth, painter(false));
  const { rows: fitting } = cutRows(lines, room - fence(header).length - 40, (line) => fence(line).length - 7);
  const left = whole.rows.length - fitting.length;
  return fence([header, ...fitting, ...(left > 0 ? [`… ${left} more`] : [])].join('\n'));
}

function codeOf({ code }: Reply, room: number): string {
  if (!code) return '';
  return shrinkLog(code.replace(/\n+$/, ''), Math.min(room, mostText));
}

function shrinkLog(code: string, room: number): string {
  for (let limit = room - 10; limit > 20; limit = Math.floor(limit * 0.8)) {
    const shown = fence(cutLog(code, limit));
    if (shown.length <= room) return shown;
  }
  return '';
}

function buttonRows(actions: Action[], lines: StoredLines): DiscordMessage['components'] {
  const shown = actions.slice(0, rows * perRow).map((action, at) => button(action, at, lines));
  return Array.from({ length: Math.ceil(shown.length / perRow) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: shown.slice(row * perRow, (row + 1) * perRow),
  }));
}

const styles = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger } as const;

function button({ command, confirm, form, label, style }: Action, at: number, lines: StoredLines) {
  const press = form ? 'form' : confirm === undefined ? 'run' : 'ask';
  // Discord refuses two buttons with one id; blanks around a line mean nothing.
  const line = at === 0 ? command : `${command}${' '.repeat(at)}`;
  const made: APIButtonComponentWithCustomId = {
    type: ComponentType.Button,
    style: style ? styles[style] : ButtonStyle.Secondary,
    label: cutText(oneLine(label), mostLabel) || '…',
    custom_id: lines.idOf(press, line),
  };
  return made;
}
