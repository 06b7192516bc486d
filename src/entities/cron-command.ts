import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isApplication, oneOf, policiesFor, supervises } from './access.ts';
import { Application } from './application.ts';
import { User } from './user.ts';

/** What becomes of a run that is due while the one before it has not ended. */
export const overlaps = ['skip', 'queue'] as const;
export type Overlap = (typeof overlaps)[number];

/** A command that an application runs at set times, as a task of its own. */
const CronCommandSchema = defineEntity({
  name: 'CronCommand',
  tableName: 'cron_commands',
  indexes: [{ properties: ['application'] }, { properties: ['createdBy'] }],
  checks: [
    { name: 'check_cron_command_overlap', expression: oneOf('overlap', overlaps) },
    { name: 'check_cron_command_limit', expression: 'limit_seconds >= 1 and limit_seconds <= 86400' },
    { name: 'check_cron_command_retries', expression: 'retries >= 0 and retries <= 10' },
  ],
  policies: policiesFor('cron_commands', {
    select: isApplication('application_id', 'viewer'),
    insert: supervises(isApplication, 'application_id'),
    update: supervises(isApplication, 'application_id'),
    delete: supervises(isApplication, 'application_id'),
  }),
  properties: {
    id: uuidKey(),
    application: () => p.manyToOne(Application).deleteRule('cascade'),
    /** Cron expression of five fields in `zone`. */
    schedule: p.string().length(100),
    /** IANA time zone, e.g. `Europe/Berlin`. */
    zone: p.string().length(64).default('UTC'),
    /** A line of a shell, or a JSON list of words. */
    command: p.text(),
    /** Of a compose application: in whose image. */
    service: p.string().length(255).nullable(),
    overlap: p.string().$type<Overlap>().length(20).default('skip'),
    limitSeconds: p.integer().default(3_600),
    /** How often a failed run is tried again. */
    retries: p.integer().default(0),
    enabled: p.boolean().default(true),
    /** Its times until then have been dealt with. */
    checkedAt: p.datetime(),
    createdBy: () => p.manyToOne(User).fieldName('created_by').nullable().deleteRule('set null'),
    createdAt: creationTime(),
  },
});
export class CronCommand extends CronCommandSchema.class {}
CronCommandSchema.setClass(CronCommand);
