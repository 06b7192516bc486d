import { ensureAuditPartitions } from '../database/audit-partitions.ts';
import type { Job } from './job.ts';

/** Audit rows always find the partition of their month; the default one is for clocks gone wrong. */
export const ensureAuditPartitionsJob: Job = {
  name: 'ensure-audit-partitions',
  summary: 'Creates the audit log’s partitions for the coming months',
  schedule: '7 2 * * *',
  run: ({ database }) => ensureAuditPartitions(database),
};
