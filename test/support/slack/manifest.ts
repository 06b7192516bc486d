import { readFileSync } from 'node:fs';

/** What `slack-manifest.yaml` asks for; the workspace grants that and nothing else. */
export interface Manifest {
  scopes: Set<string>;
  events: Set<string>;
}

export function readManifest(): Manifest {
  const lines = readFileSync(new URL('../../../slack-manifest.yaml', import.meta.url), 'utf8').split('\n');
  return { scopes: listUnder(lines, 'bot'), events: listUnder(lines, 'bot_events') };
}

function listUnder(lines: string[], key: string): Set<string> {
  const start = lines.findIndex((line) => line.trim() === `${key}:`);
  const items: string[] = [];
  for (const line of lines.slice(start + 1).map((one) => one.trim())) {
    if (line.startsWith('- ')) items.push(line.slice(2));
    else if (!line.startsWith('#')) break;
  }
  return new Set(items);
}

/** What each method needs, by Slack's reference. */
export const scopeOfMethod: Record<string, string> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.unfurl': 'links:write',
  'conversations.info': 'channels:read',
  'conversations.open': 'im:write',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'users.info': 'users:read',
  'users.lookupByEmail': 'users:read.email',
};

/** What each event needs beside its subscription. */
export const scopeOfEvent: Record<string, string> = {
  app_mention: 'app_mentions:read',
  link_shared: 'links:read',
  'message.im': 'im:history',
};
