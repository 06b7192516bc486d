import { oneLine } from '../../harmless-text.ts';
import type { Reply, Step, Tone } from '../../replies/reply.ts';
import { cutLog, cutRows, cutText } from '../truncate.ts';
import { buttons, type PostAction, type Seal } from './buttons.ts';
import type { Limits } from './limits.ts';
import { fence, isWeb, link, markdown, plain } from './markdown.ts';
import { markdownTable } from './table.ts';

/** @see https://developers.mattermost.com/integrate/reference/message-attachments/ */
export interface Attachment {
  /** What notifications show. */
  fallback: string;
  color: string;
  title?: string;
  title_link?: string;
  text?: string;
  fields?: { title: string; value: string; short: boolean }[];
  actions?: PostAction[];
  footer?: string;
}

export interface MattermostMessage {
  /** Mentions alone: those in attachments would not ping on every server. */
  message: string;
  props: { attachments: Attachment[] };
}

export interface MattermostFile {
  name: string;
  data: Buffer;
}

export interface RenderOptions {
  limits: Limits;
  seal: Seal;
  /** User names of those who are mentioned. */
  mentioned?: readonly string[];
  /** A line below the reply. */
  footer?: string | undefined;
}

const mostTitle = 250;
const mostText = 4_000;
const mostFields = 25;
const mostValue = 1_000;
const mostFallback = 300;
/** Bytes: servers take 50 MiB unless set otherwise, and proxies before them less. */
const mostLog = 9 * 1024 ** 2;

const colours: Record<Tone, string> = { info: '#1d74d4', success: '#2a9d5c', warning: '#d9952b', danger: '#cf3b3b' };
const signs: Record<Step['state'], string> = { waiting: '⬜', current: '🔵', done: '✅', failed: '❌', skipped: '➖' };

/** A reply within the server's limits: what does not fit is cut, and the message says so. Never throws. */
export function renderReply(reply: Reply, { footer, limits, mentioned = [], seal }: RenderOptions): MattermostMessage {
  const { actions = [], page, title, tone } = reply;
  const head = title === undefined ? '' : cutText(plain(oneLine(title).replaceAll('`', '')), mostTitle);
  const fields = fieldsOf(reply);
  const { more, rows } = cutRows(actions, limits.attachments / 2, (action) => JSON.stringify(action).length + 300);
  const made = buttons(rows, seal);
  const taken = JSON.stringify([fields, made]).length + 2 * mostFallback + 2 * mostTitle + 500;
  const left = more ? `\n${more} actions: type the command.` : '';
  // As JSON, text is longer.
  const text = (textOf(reply, Math.floor((limits.attachments - taken) / 1.5)) + left).trim();
  const attachment: Attachment = {
    fallback: cutText(oneLine([title, reply.text].filter(Boolean).join(' · ')), mostFallback) || 'Done.',
    color: colours[tone],
    ...(head && { title: head }),
    ...(head && page !== undefined && isWeb(page) && { title_link: page }),
    ...(text && { text }),
    ...(fields.length > 0 && { fields }),
    ...(made.length > 0 && { actions: made }),
    ...(footer && { footer: cutText(oneLine(footer), mostTitle) }),
  };
  if (!head && !text && fields.length === 0) attachment.text = 'Done.';
  const names = mentioned.map((name) => `@${name}`).join(' ');
  return { message: cutText(names, limits.message), props: { attachments: [attachment] } };
}

/** The same as text alone, where a message can have no attachments; buttons are left out. */
export function renderText(reply: Reply, { message }: Limits): string {
  const { fields = [], title } = reply;
  const head = title === undefined ? '' : `**${cutText(plain(oneLine(title).replaceAll('`', '')), mostTitle)}**\n`;
  const shown = fields.map(({ name, value }) => `${plain(oneLine(name))}: ${markdown(value)}`).join('\n');
  const { rows } = cutRows(shown.split('\n').filter(Boolean), message / 3, ({ length }) => length + 1);
  const text = textOf(reply, message - head.length - rows.join('\n').length - 4).trim();
  return [head + text, ...rows].filter(Boolean).join('\n') || 'Done.';
}

/** What is too long for a message goes up as a file, and pictures do. */
export function filesOf({ code = '', picture }: Reply): MattermostFile[] {
  const log = code.length > mostText ? [{ name: 'log.txt', data: endOf(Buffer.from(code)) }] : [];
  return [...log, ...(picture ? [{ name: 'picture.png', data: Buffer.from(picture.png) }] : [])];
}

/** The last lines, under a line that says so. */
function endOf(log: Buffer): Buffer {
  if (log.length <= mostLog) return log;
  const from = log.indexOf('\n', log.length - mostLog + 100) + 1;
  const note = '… earlier lines are left out: the file would be too large for Mattermost\n';
  return Buffer.concat([Buffer.from(note), log.subarray(from)]);
}

/** Its parts in order, each in the room that those before it leave. */
function textOf(reply: Reply, room: number): string {
  const parts = [stepsOf, wordsOf, linksOf, tableOf, codeOf];
  let free = room;
  const shown = parts.flatMap((part) => {
    const text = part(reply, free);
    // A table begins after an empty line.
    free -= text.length + 2;
    return text ? [text] : [];
  });
  return shown.join('\n');
}

function wordsOf(reply: Reply, room: number): string {
  return shrink(textBelow(reply), Math.min(mostText, room), markdown);
}

function linksOf({ link: target, page, title }: Reply, room: number): string {
  const lines = [
    target ? link(cutText(target.label, 200), target.url) : '',
    page !== undefined && title === undefined ? link('Open the page', page) : '',
  ].filter((line) => line !== '' && line.length <= room / 2);
  return lines.join('\n');
}

/** What the steps say is not said twice: their title is the first line of the text. */
function textBelow({ steps, text = '' }: Reply): string {
  return steps && steps.steps.length > 0 ? (steps.beside ?? text.split('\n').slice(1).join('\n')) : text;
}

function stepsOf({ code, steps: whole }: Reply, room: number): string {
  if (!whole || whole.steps.length === 0) return '';
  const lines = whole.steps.map(({ detail, output, state, title }) => {
    const name = plain(cutText(oneLine(title), 150));
    const after = detail ? ` · ${markdown(cutText(oneLine(detail), 300))}` : '';
    const below = output && output !== code ? `\n${fence(cutLog(output, 1_500))}` : '';
    return `${signs[state]} ${state === 'current' ? `**${name}**` : name}${after}${below}`;
  });
  const { more, rows } = cutRows(lines, room / 2 - 200, ({ length }) => length + 1);
  const title = shrink(oneLine(whole.title).replaceAll('**', ''), Math.min(mostValue, room / 4), markdown);
  return [`**${title}**`, ...rows, ...(more ? [`${more} steps`] : [])].join('\n');
}

/** Escaping makes text longer: it is cut until what is shown fits. */
function shrink(text: string, room: number, show: (text: string) => string): string {
  for (let limit = room; limit > 1; limit = Math.floor(limit * 0.8)) {
    const shown = show(cutText(text, limit));
    if (shown.length <= room) return shown;
  }
  return '';
}

function fieldsOf({ fields = [] }: Reply): NonNullable<Attachment['fields']> {
  const shown = fields.slice(0, mostFields).map(({ name, value }) => ({
    title: plain(cutText(oneLine(name), 100)) || '–',
    value: shrink(value, Math.min(mostValue, Math.floor(3_000 / fields.length) + 100), markdown) || '–',
    short: value.length <= 40,
  }));
  return cutRows(shown, 3_000, ({ title, value }) => title.length + value.length).rows;
}

function tableOf({ table }: Reply, room: number): string {
  const text = table && room > 0 ? markdownTable(table, room) : '';
  return text && `\n${text}`;
}

function codeOf({ code }: Reply, room: number): string {
  if (!code) return '';
  const most = Math.min(room, mostText);
  for (let limit = most - 10; limit > 20; limit = Math.floor(limit * 0.8)) {
    const shown = fence(cutLog(code.replace(/\n+$/, ''), limit));
    if (shown.length <= most) return shown;
  }
  return '';
}
