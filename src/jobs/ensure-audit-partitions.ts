import { ensureAuditPartitions } from '../database/audit-partitions.ts';
import type { Job } from './job.ts';

/** Audit rows always find the partition of their month; the default one is for clocks gone wrong. */
export const ensureAuditPartitionsJob: Job = {
  name: 'ensure-audit-partitions',
  summary: 'Makes the partitions of the audit log for the months to come',
  schedule: '7 2 * * *',
  run: ({ database }) => ensureAuditPartitions(database),
};
