import { renderComponents } from '../../src/bots/discord/components.ts';
import { createStoredLines } from '../../src/bots/discord/stored-lines.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { escape, linesHtml } from './markdown-html.ts';

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
  if (content !== undefined) return linesHtml(content);
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
