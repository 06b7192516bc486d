import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isProject, policiesFor, supervises } from './access.ts';
import { Project } from './project.ts';
import { User } from './user.ts';

/** The longest freeze: 31 days. */
export const maxFreezeMinutes = 31 * 24 * 60;

/** Recurring times in which a project cannot be deployed. */
const FreezeWindowSchema = defineEntity({
  name: 'FreezeWindow',
  tableName: 'freeze_windows',
  indexes: [{ properties: ['project'] }, { properties: ['createdBy'] }],
  checks: [
    {
      name: 'check_freeze_duration',
      expression: `duration_minutes >= 1 and duration_minutes <= ${maxFreezeMinutes}`,
    },
  ],
  policies: policiesFor('freeze_windows', {
    select: isProject('project_id', 'viewer'),
    insert: supervises(isProject, 'project_id'),
    delete: supervises(isProject, 'project_id'),
  }),
  properties: {
    id: uuidKey(),
    project: () => p.manyToOne(Project).deleteRule('cascade'),
    /** Start of each window: a cron expression of five fields in `zone`. */
    starts: p.string().length(100),
    durationMinutes: p.integer(),
    /** IANA time zone, e.g. `Europe/Berlin`. */
    zone: p.string().length(64).default('UTC'),
    reason: p.string().length(500).default(''),
    createdBy: () => p.manyToOne(User).fieldName('created_by').nullable().deleteRule('set null'),
    createdAt: creationTime(),
  },
});
export class FreezeWindow extends FreezeWindowSchema.class {}
FreezeWindowSchema.setClass(FreezeWindow);
