import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isSelf, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { type Platform, platforms } from './chat-message.ts';
import { User } from './user.ts';

const own = `${isSelf} or ${isSuperAdmin}`;

/** Ties an account on a chat platform to a user; it counts as single sign-on. */
const ChatIdentitySchema = defineEntity({
  name: 'ChatIdentity',
  tableName: 'chat_identities',
  uniques: [{ properties: ['platform', 'workspace', 'account'] }],
  indexes: [{ properties: ['user'] }],
  checks: [{ name: 'check_chat_identity_platform', expression: oneOf('platform', platforms) }],
  policies: policiesFor('chat_identities', { select: own }),
  properties: {
    id: uuidKey(),
    user: () => p.manyToOne(User).deleteRule('cascade'),
    platform: p.string().$type<Platform>().length(50),
    /** Slack workspace or Discord guild; `server` for Mattermost, `local` for the console. */
    workspace: p.string().length(255),
    account: p.string().length(255),
    createdAt: creationTime(),
  },
});
export class ChatIdentity extends ChatIdentitySchema.class {}
ChatIdentitySchema.setClass(ChatIdentity);
