import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isApplication, isMe, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { Application } from './application.ts';
import { type Platform, platforms } from './chat-message.ts';
import { User } from './user.ts';

export const scheduleOutcomes = ['started', 'cancelled', 'refused'] as const;
export type ScheduleOutcome = (typeof scheduleOutcomes)[number];

/** A deployment that somebody asked for at a later time; it becomes a deployment then, or is refused. */
const ScheduledDeploymentSchema = defineEntity({
  name: 'ScheduledDeployment',
  tableName: 'scheduled_deployments',
  indexes: [
    { properties: ['application'] },
    { properties: ['requestedBy'] },
    { name: 'scheduled_deployments_due_index', properties: ['dueAt'], where: 'outcome is null' },
    {
      name: 'scheduled_deployments_untold_index',
      properties: ['platform'],
      where: `outcome = 'refused' and told_at is null`,
    },
  ],
  checks: [
    { name: 'check_scheduled_deployment_platform', expression: oneOf('platform', platforms) },
    { name: 'check_scheduled_deployment_outcome', expression: oneOf('outcome', scheduleOutcomes) },
    { name: 'check_scheduled_deployment_ended', expression: '(outcome is null) = (ended_at is null)' },
  ],
  policies: policiesFor('scheduled_deployments', {
    select: isApplication('application_id', 'viewer'),
    insert: `${isMe('requested_by')} and ${isApplication('application_id', 'member')}`,
    update: isApplication('application_id', 'member'),
    delete: isSuperAdmin,
  }),
  properties: {
    id: uuidKey(),
    application: () => p.manyToOne(Application).deleteRule('cascade'),
    requestedBy: () => p.manyToOne(User).fieldName('requested_by').deleteRule('cascade'),
    /** What to deploy; null: the tracked branch or the configured image, as it is then. */
    ref: p.string().length(255).nullable(),
    dueAt: p.datetime(),
    /** IANA time zone in which the time was given. */
    zone: p.string().length(64),
    /** Where it was asked for; the live message appears there. */
    platform: p.string().$type<Platform>().length(50),
    workspace: p.string().length(255),
    channel: p.string().length(255),
    account: p.string().length(255),
    accountName: p.string().length(255),
    outcome: p.string().$type<ScheduleOutcome>().length(50).nullable(),
    /** Why it was refused, or who cancelled it. */
    reason: p.string().length(2_000).nullable(),
    endedAt: p.datetime().nullable(),
    /** When the channel was told of a refusal. */
    toldAt: p.datetime().nullable(),
    createdAt: creationTime(),
  },
});
export class ScheduledDeployment extends ScheduledDeploymentSchema.class {}
ScheduledDeploymentSchema.setClass(ScheduledDeployment);
