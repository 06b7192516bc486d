/** What each method needs, by Slack's reference. */
export const scopeOfMethod: Record<string, string> = {
  'assistant.threads.setStatus': 'chat:write',
  'assistant.threads.setSuggestedPrompts': 'assistant:write',
  'assistant.threads.setTitle': 'assistant:write',
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
