import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { Deployment } from './deployment.ts';

export const platforms = ['console', 'slack', 'discord', 'http'] as const;
export type Platform = (typeof platforms)[number];

/** Where a deployment's live message is, so that a restarted Shipmate goes on editing the same one. */
const ChatMessageSchema = defineEntity({
  name: 'ChatMessage',
  tableName: 'chat_messages',
  uniques: [{ properties: ['platform', 'channel', 'deployment'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    deployment: () => p.manyToOne(Deployment).deleteRule('cascade'),
    platform: p.enum(platforms).length(50),
    /** Where the platform shows it: a channel id, or a console session's id. */
    channel: p.string().length(255),
    /** The platform's id of the message; null until it has been posted. */
    message: p.string().length(255).nullable(),
    /** Set when the last state of a finished deployment has been shown. */
    finishedAt: p.datetime().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
export class ChatMessage extends ChatMessageSchema.class {}
ChatMessageSchema.setClass(ChatMessage);
