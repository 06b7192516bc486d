import { renderComponents } from '../../src/bots/discord/components.ts';
import { createStoredLines } from '../../src/bots/discord/stored-lines.ts';
import type { Reply } from '../../src/replies/reply.ts';

/** Discord's numbers. @see https://docs.discord.com/developers/components/reference */
const separator = 14;
const styles = { danger: 4, link: 5 };

/** What of a component is drawn. */
interface Part {
  type: number;
  accent_color?: number;
  accessory?: Part;
  components?: Part[];
  content?: string;
  label?: string;
  style?: number;
}

/** The components that the bot sends, as Discord draws them. */
export function discordHtml(reply: Reply): string {
  return partsHtml(renderComponents(reply, createStoredLines()).components as Part[]);
}

function partsHtml(parts: readonly Part[]): string {
  return parts.map(partHtml).join('');
}

function partHtml({ accent_color: colour, accessory, components = [], content, label, style, type }: Part): string {
  if (content !== undefined) return textHtml(content);
  if (label !== undefined) return buttonHtml(label, style);
  if (type === separator) return '<hr>';
  if (accessory) return `<div class="section"><div>${partsHtml(components)}</div>${partHtml(accessory)}</div>`;
  if (colour === undefined) return `<div>${partsHtml(components)}</div>`;
  const tone = `#${colour.toString(16).padStart(6, '0')}`;
  return `<div class="reply" style="--tone: ${tone}">${partsHtml(components)}</div>`;
}

function buttonHtml(label: string, style: number | undefined): string {
  const kind = style === styles.danger ? ' danger' : '';
  return `<span class="button${kind}">${escape(label)}${style === styles.link ? ' ↗' : ''}</span>`;
}

function textHtml(content: string): string {
  return content
    .split('```')
    .map((part, at) => (at % 2 === 1 ? `<pre>${escape(part.trim())}</pre>` : part.split('\n').map(lineHtml).join('')))
    .join('');
}

/** Emoji of steps as letters, since the browser that draws has none. */
const signs: Record<string, string> = {
  '✅': '<b style="color: #2a9d5c">✔</b>',
  '❌': '<b style="color: #cf3b3b">✖</b>',
  '▶️': '<b style="color: #00a8fc">▶</b>',
  '⬜': '<b>□</b>',
  '➖': '<b>–</b>',
};

function lineHtml(line: string): string {
  if (line.trim() === '') return '';
  if (line.startsWith('### ')) return `<div class="title">${inline(line.slice(4))}</div>`;
  const [sign = ''] = line.split(' ');
  const drawn = signs[sign];
  return drawn ? `<p>${drawn} ${inline(line.slice(sign.length + 1))}</p>` : `<p>${inline(line)}</p>`;
}

/** Code, bold, and letters after a backslash. */
function inline(line: string): string {
  return escape(line)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replaceAll(/\\([\\*_~|#>.[()`-])/g, '$1');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
