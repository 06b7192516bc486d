import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isDeployment, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { Deployment } from './deployment.ts';

export const platforms = ['console', 'slack', 'discord', 'mattermost', 'http'] as const;
export type Platform = (typeof platforms)[number];

/** What is said in a thread under a live message, once each. */
export type ThreadReply = 'approval' | 'reminder' | 'failure';

/** A deployment's live message, so that Shipmate keeps editing the same one after a restart. */
const ChatMessageSchema = defineEntity({
  name: 'ChatMessage',
  tableName: 'chat_messages',
  uniques: [{ properties: ['platform', 'channel', 'deployment'] }],
  indexes: [
    { properties: ['deployment'] },
    { name: 'chat_messages_unfinished_index', properties: ['deployment'], where: 'finished_at is null' },
  ],
  checks: [{ name: 'check_chat_message_platform', expression: oneOf('platform', platforms) }],
  policies: policiesFor('chat_messages', {
    select: isDeployment('deployment_id', 'viewer'),
    insert: isDeployment('deployment_id', 'member'),
    update: isDeployment('deployment_id', 'member'),
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    deployment: () => p.manyToOne(Deployment).deleteRule('cascade'),
    platform: p.string().$type<Platform>().length(50),
    /** A channel id of the platform, or a console session's id. */
    channel: p.string().length(255),
    /** The platform's id of the message; null until it has been posted. */
    message: p.string().length(255).nullable(),
    /** What has been said in its thread. */
    replies: p
      .json<ThreadReply[]>()
      .defaultRaw(`'[]'`)
      .onCreate(() => []),
    /** Set when the last state of a finished deployment has been shown. */
    finishedAt: p.datetime().nullable(),
    createdAt: creationTime(),
  },
});
export class ChatMessage extends ChatMessageSchema.class {}
ChatMessageSchema.setClass(ChatMessage);
