import { executeSql } from '../database/database.ts';
import type { Job } from './job.ts';

/** Counts the applications of every project anew for `status`; those who read meanwhile see the counts before. */
export const refreshApplicationStatsJob: Job = {
  name: 'refresh-application-stats',
  summary: 'Counts the applications of every project by status',
  schedule: '* * * * *',
  async run({ database }) {
    await executeSql(database.asSystem(), 'select refresh_application_stats()');
  },
};
