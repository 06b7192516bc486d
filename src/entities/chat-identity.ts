import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { platforms } from './chat-message.ts';
import { User } from './user.ts';

/** Ties an account on a chat platform to a user; it counts as single sign-on. */
const ChatIdentitySchema = defineEntity({
  name: 'ChatIdentity',
  tableName: 'chat_identities',
  uniques: [{ properties: ['platform', 'workspace', 'account'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    user: () => p.manyToOne(User).deleteRule('cascade'),
    platform: p.enum(platforms).length(50),
    /** Slack workspace or Discord guild; `local` for the console. */
    workspace: p.string().length(255),
    account: p.string().length(255),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
export class ChatIdentity extends ChatIdentitySchema.class {}
ChatIdentitySchema.setClass(ChatIdentity);
