import type { types } from '@slack/bolt';
import { formatAgo, splitTimes } from '../../units/times.ts';
import { harmless, oneLine } from '../../harmless-text.ts';

export type Element = types.RichTextElement;
type Line = types.RichTextSection;
type Lines = types.RichTextPreformatted;

/**
 * Blocks of rich text hold text as data: nothing in it is a mention, a link or a format, whatever people wrote. So only
 * what has no blocks (notifications) is ever escaped.
 */
export function richText(...elements: (Line | Lines)[]): types.RichTextBlock {
  return { type: 'rich_text', elements };
}

export function section(...elements: Element[]): Line {
  return { type: 'rich_text_section', elements };
}

export function preformatted(text: string): Lines {
  return { type: 'rich_text_preformatted', elements: [plain(text)] };
}

export function plain(text: string, style: { bold?: boolean; code?: boolean } = {}): types.RichTextText {
  // Slack refuses an element without text.
  return { type: 'text', text: harmless(text) || ' ', ...(Object.keys(style).length > 0 && { style }) };
}

export function link(url: string, text: string, style: { bold?: boolean } = {}): types.RichTextLink {
  return { type: 'link', url, text: oneLine(text), ...(style.bold && { style }) };
}

const dateFormat = '{date_short_pretty} {time}';

/** In the reader's time zone and language. */
function time(at: Date, text: string): types.RichTextDate {
  const timestamp = Math.floor(at.getTime() / 1_000);
  return { type: 'date', timestamp, format: dateFormat, fallback: text };
}

/** How long ago, as it is when it is read. */
export function ago(at: Date): types.RichTextDate {
  return { ...time(at, formatAgo(at)), format: '{ago}' };
}

/** For text that Slack reads as mrkdwn, escaped. @see https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
export function mrkdwnTimes(text: string): string {
  return splitTimes(text)
    .map((part) => (typeof part === 'string' ? part : dateMark(part)))
    .join('');
}

function dateMark({ at, text }: { at: Date; text: string }): string {
  return `<!date^${Math.floor(at.getTime() / 1_000)}^${dateFormat}|${text}>`;
}

/** Text with its times. */
function timed(text: string): Element[] {
  return splitTimes(text).map((part) => (typeof part === 'string' ? plain(part) : time(part.at, part.text)));
}

export function mention(account: string): types.RichTextUserMention {
  return { type: 'user', user_id: account };
}

export function emoji(name: string): types.RichTextEmoji {
  return { type: 'emoji', name };
}

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|(https?:\/\/[^\s<>"'`|]+[^\s<>"'`|.,:;!?)])/g;

/** `code`, **bold** and addresses; everything else as it is. */
export function markdown(text: string): Element[] {
  const elements: Element[] = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    const [whole, code, bold, url] = match;
    if (match.index > at) elements.push(...timed(text.slice(at, match.index)));
    if (code !== undefined) elements.push(plain(code, { code: true }));
    else if (bold !== undefined) elements.push(plain(bold, { bold: true }));
    else if (url !== undefined) elements.push(URL.canParse(url) ? link(url, url) : plain(url));
    at = match.index + whole.length;
  }
  if (at < text.length) elements.push(...timed(text.slice(at)));
  return elements;
}

/** For the text of notifications, which Slack reads for mentions and links. */
export function escapeText(text: string): string {
  return harmless(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@(?=everyone|here|channel)/gi, '@\u200b');
}
