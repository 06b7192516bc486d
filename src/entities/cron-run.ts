import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isApplication, isMe, oneOf, policiesFor, supervises } from './access.ts';
import { CronCommand } from './cron-command.ts';
import { User } from './user.ts';

/** `missed`: no Shipmate ran at the time. `skipped`: the run before had not ended. */
export const cronRunStatuses = ['queued', 'running', 'succeeded', 'failed', 'missed', 'skipped'] as const;
export type CronRunStatus = (typeof cronRunStatuses)[number];

/** A run of a scheduled command; the newest hundred of each are kept. */
const CronRunSchema = defineEntity({
  name: 'CronRun',
  tableName: 'cron_runs',
  indexes: [
    { properties: ['requestedBy'] },
    { name: 'cron_runs_newest_index', columns: [{ name: 'cron_command_id' }, { name: 'created_at', sort: 'desc' }] },
    { name: 'cron_runs_open_index', properties: ['createdAt'], where: `status in ('queued', 'running')` },
  ],
  uniques: [{ properties: ['cronCommand', 'dueAt'] }],
  checks: [
    { name: 'check_cron_run_status', expression: oneOf('status', cronRunStatuses) },
    { name: 'check_cron_run_ended', expression: `(status in ('queued', 'running')) = (ended_at is null)` },
  ],
  policies: policiesFor('cron_runs', {
    select: '(select app_seen() from cron_commands c where c.id = cron_command_id)',
    insert: `${isMe('requested_by')} and exists (select from cron_commands c where c.id = cron_command_id and ${supervises(isApplication, 'c.application_id')})`,
  }),
  properties: {
    id: uuidKey(),
    cronCommand: () => p.manyToOne(CronCommand).deleteRule('cascade'),
    /** Null: somebody asked for it. */
    dueAt: p.datetime().nullable(),
    requestedBy: () => p.manyToOne(User).fieldName('requested_by').nullable().deleteRule('set null'),
    status: p.string().$type<CronRunStatus>().length(20).default('queued'),
    attempt: p.integer().default(0),
    /** Of the Swarm service of its last attempt. */
    serviceName: p.string().length(63).nullable(),
    exitCode: p.integer().nullable(),
    /** Why it did not succeed. */
    reason: p.string().length(2_000).nullable(),
    /** The end of what it printed, without secrets. */
    output: p.text().nullable(),
    startedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    createdAt: creationTime(),
  },
});
export class CronRun extends CronRunSchema.class {}
CronRunSchema.setClass(CronRun);
