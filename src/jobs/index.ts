import { ensureAuditPartitionsJob } from './ensure-audit-partitions.ts';
import type { Job } from './job.ts';
import { reconcileIngressJob } from './reconcile-ingress.ts';
import { refreshApplicationStatsJob } from './refresh-application-stats.ts';

export const jobs: Job[] = [ensureAuditPartitionsJob, reconcileIngressJob, refreshApplicationStatsJob];
