import { executeSql } from '../database/database.ts';
import type { Job } from './job.ts';

/** Refreshes the application counts per project for `status`; concurrent readers see the previous counts. */
export const refreshApplicationStatsJob: Job = {
  name: 'refresh-application-stats',
  summary: 'Counts the applications of every project by status',
  schedule: '* * * * *',
  async run({ database }) {
    await executeSql(database.asSystem(), 'select refresh_application_stats()');
  },
};
