import type { Job } from './job.ts';

/** Keeps the installation from growing forever. Archives what people may want to read again. */
export const retentionJob: Job = {
  name: 'retention',
  summary: 'Archives or deletes what is older than its retention period, and removes unused images',
  schedule: '23 3 * * *',
  lane: 'long',
  dryRun: true,
  async run(deps, { input, signal }) {
    const { applyRetention } = await import('../usecases/retention/apply-retention.ts');
    return applyRetention(deps, { dryRun: input['dryRun'] === true, signal });
  },
};
