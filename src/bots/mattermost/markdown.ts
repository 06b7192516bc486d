import { harmless, oneLine } from '../../harmless-text.ts';

const blank = '\u200b';

/** What people wrote, as text: no format, no mention, no emoji, no link that says something else than where it leads. */
export function plain(text: string): string {
  return harmless(text)
    .replaceAll(/[\\`*_[\]|~]/g, (mark) => `\\${mark}`)
    .replaceAll(/^(\s*)([#>+-]|\d+[.)](?=\s))/gm, (_, indent: string, mark: string) => `${indent}${blank}${mark}`)
    .replaceAll(/@(?=\S)/g, `@${blank}`)
    .replaceAll(/~(?=[a-z0-9])/gi, `~${blank}`)
    .replaceAll(/:(?=[\w+-]+:)/g, `:${blank}`);
}

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|(https?:\/\/[^\s<>"'`|]+[^\s<>"'`|.,:;!?)])/g;

/** `code`, **bold** and addresses; everything else as it is. */
export function markdown(text: string): string {
  let shown = '';
  let at = 0;
  for (const match of text.matchAll(marks)) {
    const [whole, code, bold, url] = match;
    shown += plain(text.slice(at, match.index));
    // What is code to us may be none to the server, where the text has more backticks.
    if (code !== undefined)
      shown += `\`${harmless(code).replaceAll(/(?<!\w)[@~](?=\w)/g, (mark) => `${mark}${blank}`)}\``;
    else if (bold !== undefined) shown += `**${plain(bold)}**`;
    else shown += url ?? '';
    at = match.index + whole.length;
  }
  return shown + plain(text.slice(at));
}

/** Lines in a fence that nothing in them closes. */
export function fence(text: string): string {
  return `\`\`\`\n${harmless(text).replaceAll('```', `\`${blank}\`${blank}\``)}\n\`\`\``;
}

/** A link, or its label where it leads nowhere that Mattermost takes. */
export function link(label: string, url: string | undefined): string {
  const shown = plain(oneLine(label)) || '…';
  return url !== undefined && isWeb(url) ? `[${shown}](<${url.replaceAll(/[<>\s]/g, encodeURIComponent)}>)` : shown;
}

/** Mattermost drops posts and actions with addresses other than these. */
export function isWeb(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
