import { ensureAuditPartitions } from '../database/audit-partitions.ts';
import type { Job } from './job.ts';

/** Creates monthly partitions ahead of time; the default partition is only for wrong clocks. */
export const ensureAuditPartitionsJob: Job = {
  name: 'ensure-audit-partitions',
  summary: 'Creates the audit log’s partitions for the coming months',
  schedule: '7 2 * * *',
  run: ({ database }) => ensureAuditPartitions(database),
};
