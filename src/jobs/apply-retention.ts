import { applyRetention } from '../usecases/retention/apply-retention.ts';
import type { Job } from './job.ts';

/** Keeps the installation from growing forever. Archives what people may want to read again. */
export const retentionJob: Job = {
  name: 'retention',
  summary: 'Archives or deletes what is older than its retention period, and removes unused images',
  schedule: '23 3 * * *',
  lane: 'long',
  dryRun: true,
  run: (deps, { input, signal }) => applyRetention(deps, { dryRun: input['dryRun'] === true, signal }),
};
