import { escapeMarkdown } from 'discord.js';
import { splitTimes } from '../../units/times.ts';
import { harmless } from '../../harmless-text.ts';

const blank = '\u200b';

/** What people wrote, as text: no format, no mention, no link that says something else than where it leads. */
export function plain(text: string): string {
  return (
    escapeMarkdown(harmless(text), {
      heading: true,
      bulletedList: true,
      numberedList: true,
      maskedLink: true,
      codeBlock: true,
      inlineCode: true,
    })
      // The library has no option for quotes, of which `>>>` takes in all that follows, and for subtext.
      .replaceAll(/^[^\S\n]*(?=>|-#)/gm, '$&\\')
      .replaceAll(/<(?=[@#:/t])/g, `<${blank}`)
      .replaceAll(/@(?=everyone|here)/g, `@${blank}`)
  );
}

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|(https?:\/\/[^\s<>"'`]+[^\s<>"'`.,:;!?)])/g;

/** `code`, **bold** and addresses; everything else as it is. */
export function markdown(text: string): string {
  let shown = '';
  let at = 0;
  for (const match of text.matchAll(marks)) {
    const [whole, code, bold, url] = match;
    shown += timed(text.slice(at, match.index));
    if (code !== undefined) shown += `\`${harmless(code).replaceAll('@', `@${blank}`)}\``;
    else if (bold !== undefined) shown += `**${plain(bold)}**`;
    else shown += url ?? '';
    at = match.index + whole.length;
  }
  return shown + timed(text.slice(at));
}

/** Text whose times are those of the reader's time zone and language. */
function timed(text: string): string {
  return splitTimes(text)
    .map((part) => (typeof part === 'string' ? plain(part) : `<t:${Math.floor(part.at.getTime() / 1_000)}:f>`))
    .join('');
}

/** Lines in a fence that nothing in them closes. */
export function fence(text: string): string {
  return `\`\`\`\n${harmless(text).replaceAll('```', `\`${blank}\`${blank}\``)}\n\`\`\``;
}
