import { defineEntity, p } from '@mikro-orm/core';

/** Application counts per project as of the last refresh. People read them through `app_application_stats()`. */
const ApplicationStatsSchema = defineEntity({
  name: 'ApplicationStats',
  tableName: 'application_stats',
  view: { materialized: true },
  expression: `select
    project_id,
    count(*) as total_applications,
    count(*) filter (where status = 'running') as running,
    count(*) filter (where status = 'stopped') as stopped,
    count(*) filter (where status = 'failed') as failed
  from applications
  where deleted_at is null and preview_of_id is null
  group by project_id`,
  properties: {
    // The concurrent refresh requires this unique index.
    projectId: p.uuid().primary(),
    totalApplications: p.bigint('number'),
    running: p.bigint('number'),
    stopped: p.bigint('number'),
    failed: p.bigint('number'),
  },
});
export class ApplicationStats extends ApplicationStatsSchema.class {}
ApplicationStatsSchema.setClass(ApplicationStats);
