import type { types } from '@slack/bolt';
import type { Reply, Tone } from '../../replies/reply.ts';
import { oneLine } from '../../harmless-text.ts';
import { painter, table } from '../console/terminal-text.ts';
import { cutLog, cutRows, cutText } from '../truncate.ts';
import { buttons } from './buttons.ts';
import { chartBlocks, dataTable, type NewerBlock, newerBlocks, planBlocks } from './newer-blocks.ts';
import { fitJson, jsonSize, marked, jsonLength } from './fit-json.ts';
import {
  emoji,
  escapeText,
  link,
  markdown,
  mention,
  mrkdwnTimes,
  plain,
  preformatted,
  richText,
  section,
} from './rich-text.ts';

export interface SlackMessage {
  /** What notifications and screen readers say. */
  text: string;
  blocks: types.KnownBlock[];
}

/** All blocks as JSON: Slack answers `msg_blocks_too_long` near 13 200, which no document says. */
const mostJson = 12_500;
/** Of one text; a section's limit, kept for rich text too. */
const mostText = 3_000;
const mostTitle = 250;
const mostValue = 1_000;
const mostFallback = 600;
/** Columns of a desktop window; narrower ones scroll. */
const tableWidth = 110;
/** Rows that are measured at all. */
const mostRows = 200;
/** A block costs about this beside its text. */
const overhead = 200;

const tones: Record<Tone, { name: string; sign: string }> = {
  info: { name: 'large_blue_circle', sign: '●' },
  success: { name: 'white_check_mark', sign: '✔' },
  warning: { name: 'warning', sign: '▲' },
  danger: { name: 'x', sign: '✖' },
};

/**
 * A reply within Slack's limits: what does not fit is cut, and the message says so. Never throws.
 * @param without Newer blocks that the place does not take, which the older ones stand in for (default: all of them).
 */
export function renderReply(
  reply: Reply,
  without: { has(block: NewerBlock): boolean } = new Set(newerBlocks),
): SlackMessage {
  const plan = without.has('plan') ? [] : planBlocks(reply);
  const shown = plan.length > 0 ? besideSteps(reply) : reply;
  const head = [...mentionBlocks(reply), ...titleBlocks(reply), ...textBlocks(shown), ...plan];
  const charts = without.has('data_visualization') ? [] : (chartBlocks(reply) ?? []);
  const foot = [...charts, ...linkBlocks(reply), ...buttons(reply.actions ?? [])];
  let room = mostJson - jsonLength([...head, ...foot]);
  const body: types.KnownBlock[] = [];
  for (const make of [fieldBlocks, without.has('data_table') ? tableBlocks : dataTableBlocks, codeBlocks]) {
    const blocks = make(shown, room - overhead);
    body.push(...blocks);
    room -= jsonLength(blocks);
  }
  const blocks = [...head, ...body, ...foot];
  return { text: fallback(reply), blocks: blocks.length > 0 ? blocks : [richText(section(plain('Done.')))] };
}

/** What the steps say is not said twice. */
function besideSteps(reply: Reply): Reply {
  const { steps, text = '', ...rest } = reply;
  const [, ...details] = text.split('\n');
  const { code, ...others } = rest;
  const isSaid = steps?.steps.some(({ output }) => output !== undefined && output === code) ?? false;
  return { ...others, text: steps?.beside ?? details.join('\n'), ...(code !== undefined && !isSaid && { code }) };
}

function dataTableBlocks(reply: Reply, room: number): types.KnownBlock[] {
  const { code, page, table: whole, text = '', title } = reply;
  if (!whole) return [];
  const [first = ''] = text.split('\n');
  const made = dataTable(whole, { caption: title ?? first, page, room: code ? room / 2 : room });
  return made ?? tableBlocks(reply, room);
}

/** Whether the reply's code is longer than a message shows, so that all of it should go up as a file. */
export function isCut({ code = '' }: Reply): boolean {
  return jsonSize(code) > mostText;
}

/** Mentions in both: the text is what notifications show. */
function fallback({ fields = [], mentions = [], text = '', title, tone }: Reply): string {
  const people = mentions.map((account) => `<@${account}> `).join('');
  const parts = [title, text, ...fields.map(({ name, value }) => `${name}: ${value}`)].filter(Boolean);
  return people + mrkdwnTimes(cutText(escapeText(`${tones[tone].sign} ${oneLine(parts.join(' · '))}`), mostFallback));
}

function mentionBlocks({ mentions = [] }: Reply): types.KnownBlock[] {
  if (mentions.length === 0) return [];
  return [richText(section(...mentions.flatMap((account) => [mention(account), plain(' ')])))];
}

function titleBlocks({ page, title, tone }: Reply): types.KnownBlock[] {
  if (title === undefined) return [];
  const text = cutText(oneLine(title).replaceAll('`', ''), mostTitle) || ' ';
  const shown = page === undefined ? plain(text, { bold: true }) : link(page, text, { bold: true });
  return [richText(section(emoji(tones[tone].name), plain(' '), shown))];
}

/** A reply without a title says its tone before the text. */
function textBlocks({ page, text, title, tone }: Reply): types.KnownBlock[] {
  if (!text) return [];
  const elements = markdown(fitJson(text, mostText, cutText, marked));
  const lead = title === undefined ? [emoji(tones[tone].name), plain(' ')] : [];
  const more = title === undefined && page !== undefined ? [plain(' '), link(page, 'Open the page')] : [];
  return [richText(section(...lead, ...elements, ...more))];
}

function fieldBlocks({ fields = [] }: Reply, room: number): types.KnownBlock[] {
  if (fields.length === 0) return [];
  const lines = fields.map(({ name, value }) => {
    const all = [
      plain(`${cutText(oneLine(name), 100)}: `, { bold: true }),
      ...markdown(fitJson(value, mostValue, cutText, marked)),
    ];
    return section(...all, plain('\n'));
  });
  const { rows, more } = cutRows(lines, Math.min(mostText, room), jsonLength);
  return [richText(...rows, ...(more ? [section(plain(`${more} fields`))] : []))];
}

/** Aligned lines, in as many boxes as their length takes. */
function tableBlocks({ code, table: whole }: Reply, room: number): types.KnownBlock[] {
  if (!whole) return [];
  const [header = '', ...lines] = table({ ...whole, rows: whole.rows.slice(0, mostRows) }, tableWidth, painter(false));
  const missing = whole.rows.length - lines.length;
  const share = (code ? room / 2 : room) - jsonSize(header) - overhead;
  const { rows } = cutRows(lines, share, jsonSize);
  const left = lines.length - rows.length + missing;
  return boxes([header, ...rows, ...(left > 0 ? [`… ${left} more`] : [])]);
}

function boxes(lines: string[]): types.KnownBlock[] {
  const { rows } = cutRows(lines, mostText, jsonSize);
  const first = rows.length > 0 ? rows : lines.slice(0, 1);
  const rest = lines.slice(first.length);
  return [richText(preformatted(first.join('\n'))), ...(rest.length > 0 ? boxes(rest) : [])];
}

function codeBlocks({ code }: Reply, room: number): types.KnownBlock[] {
  if (!code) return [];
  return [richText(preformatted(fitJson(code.replace(/\n+$/, ''), Math.max(200, Math.min(mostText, room)), cutLog)))];
}

function linkBlocks({ link: target }: Reply): types.KnownBlock[] {
  return target ? [richText(section(link(target.url, cutText(target.label, mostTitle) || target.url)))] : [];
}
