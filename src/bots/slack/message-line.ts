/** Slack writes a `<` that somebody typed as `&lt;`, so none stands in a link; a text of many is read but once. */
const links = /<(?:([@#!])([^|<>]+)(?:\|([^<>]*))?|([^|<>]+)(?:\|([^<>]*))?)>/g;

/** The line that a person typed, out of what Slack makes of it: links and entities are undone, and channels are ids. */
export function lineOfText(text: string): string {
  return text
    .replaceAll(
      links,
      (_, kind: string | undefined, id: string, name: string | undefined, url: string, shown: string) => {
        if (kind === '!') return `@${name ?? id}`;
        if (kind !== undefined) return kind === '#' ? `<#${id}>` : `@${id}`;
        return url.startsWith('mailto:') || url.startsWith('tel:') ? shown || url : urlOf(url, shown);
      },
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** Slack turns `example.com` into a link to `http://example.com`; the person wrote what is shown. */
function urlOf(url: string, shown: string | undefined): string {
  return shown !== undefined && /^https?:\/\//.test(url) && url.replace(/^https?:\/\//, '') === shown ? shown : url;
}

const leading = /^\s*<@([A-Z0-9]+)(?:\|[^>]*)?>[\s:,]*/;

/**
 * A mention's line: what follows the bot's name. Undefined when the message begins with something else: it speaks of the
 * bot, not to it.
 * @param bot The bot's account, where it is known.
 */
export function lineOfMention(text: string, bot?: string): string | undefined {
  const [name, account] = leading.exec(text) ?? [];
  if (name === undefined || (bot !== undefined && account !== bot)) return undefined;
  return lineOfText(text.slice(name.length));
}

/** The line of a direct message, which may begin with the bot's name. */
export function lineOfDirect(text: string): string {
  return lineOfMention(text) ?? lineOfText(text);
}
