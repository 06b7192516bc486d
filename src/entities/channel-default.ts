import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isProject, oneOf, policiesFor } from './access.ts';
import { Application } from './application.ts';
import { type Platform, platforms } from './chat-message.ts';
import { Project } from './project.ts';
import { User } from './user.ts';

/** What commands in a channel are about when they name no application. */
const ChannelDefaultSchema = defineEntity({
  name: 'ChannelDefault',
  tableName: 'channel_defaults',
  uniques: [{ properties: ['platform', 'channel'] }],
  indexes: [{ properties: ['project'] }, { properties: ['application'] }, { properties: ['setBy'] }],
  checks: [{ name: 'check_channel_default_platform', expression: oneOf('platform', platforms) }],
  policies: policiesFor('channel_defaults', {
    select: isProject('project_id', 'viewer'),
    insert: isProject('project_id', 'member'),
    delete: isProject('project_id', 'member'),
  }),
  properties: {
    id: uuidKey(),
    platform: p.string().$type<Platform>().length(50),
    channel: p.string().length(255),
    project: () => p.manyToOne(Project).deleteRule('cascade'),
    /** Null: any application of the project. */
    application: () => p.manyToOne(Application).nullable().deleteRule('cascade'),
    /** Null for a deleted user. */
    setBy: () => p.manyToOne(User).fieldName('set_by').nullable().deleteRule('set null'),
    createdAt: creationTime(),
  },
});
export class ChannelDefault extends ChannelDefaultSchema.class {}
ChannelDefaultSchema.setClass(ChannelDefault);
