/**
 * A mention's line: what follows the bot's name. Undefined when the message begins with something else: it speaks of the
 * bot, not to it.
 */
export function lineOfMention(text: string, username: string): string | undefined {
  const [name, called] = /^\s*@([a-z0-9._-]+?)(?=[.,:;!?]*(?:\s|$))[.,:;!?]*\s*/i.exec(text) ?? [];
  if (name === undefined || called?.toLowerCase() !== username.toLowerCase()) return undefined;
  return text.slice(name.length).trim();
}

/** The line of a direct message, which may begin with the bot's name. */
export function lineOfDirect(text: string, username: string): string {
  return lineOfMention(text, username) ?? text.trim();
}

/** Each may be a request to the server. */
const mostNames = 5;
const channelName = /(?<=^|\s)~([a-z0-9][a-z0-9._-]*)(?=\s|$)/g;

/** The line with the ids of the channels that it names: `~deploys` is `mattermost:…`. @param idOf Undefined: unknown. */
export async function withChannelIds(
  line: string,
  idOf: (name: string) => Promise<string | undefined> | string | undefined,
): Promise<string> {
  let written = '';
  let at = 0;
  for (const match of [...line.matchAll(channelName)].slice(0, mostNames)) {
    const id = await idOf(match[1] ?? '');
    written += line.slice(at, match.index) + (id === undefined ? match[0] : `mattermost:${id}`);
    at = match.index + match[0].length;
  }
  return written + line.slice(at);
}
