import {
  archiveLogsJob,
  backUpDatabaseJob,
  restoreDatabaseJob,
  restoreDrillJob,
  rotateBackupsJob,
  scheduleBackupsJob,
  selfBackupJob,
} from './backup-jobs.ts';
import { fetchMissedDeliveriesJob } from './fetch-missed-deliveries.ts';
import { ensureAuditPartitionsJob } from './ensure-audit-partitions.ts';
import { endRunsJob } from './end-runs.ts';
import { expireApprovalsJob } from './expire-approvals.ts';
import type { Job } from './job.ts';
import { reconcileIngressJob } from './reconcile-ingress.ts';
import { retentionJob } from './apply-retention.ts';
import { refreshApplicationStatsJob } from './refresh-application-stats.ts';
import { sendDigestsJob } from './send-digests.ts';
import { renewCertificatesJob } from './renew-certificates.ts';
import { runScheduledCommandsJob } from './run-scheduled-commands.ts';
import { startScheduledDeploymentsJob } from './start-scheduled-deployments.ts';
import { watchCertificatesJob } from './watch-certificates.ts';
import { settlePreviewJob } from './settle-preview.ts';
import { sweepPreviewsJob } from './sweep-previews.ts';
import { pollBranchesJob } from './poll-branches.ts';
import { watchBranchesJob } from './watch-branches.ts';
import { watchDisksJob } from './watch-disks.ts';
import { watchNodesJob } from './watch-nodes.ts';
import { removeApplicationJob } from './remove-application.ts';
import { removeDatabaseJob } from './remove-database.ts';
import { reconcileDatabaseJob } from './reconcile-database.ts';
import { watchServicesJob } from './watch-services.ts';

export const jobs: Job[] = [
  scheduleBackupsJob,
  archiveLogsJob,
  backUpDatabaseJob,
  restoreDatabaseJob,
  restoreDrillJob,
  rotateBackupsJob,
  selfBackupJob,
  ensureAuditPartitionsJob,
  endRunsJob,
  expireApprovalsJob,
  startScheduledDeploymentsJob,
  runScheduledCommandsJob,
  reconcileIngressJob,
  refreshApplicationStatsJob,
  retentionJob,
  sendDigestsJob,
  fetchMissedDeliveriesJob,
  watchBranchesJob,
  pollBranchesJob,
  settlePreviewJob,
  sweepPreviewsJob,
  watchDisksJob,
  watchNodesJob,
  removeApplicationJob,
  removeDatabaseJob,
  reconcileDatabaseJob,
  watchServicesJob,
  renewCertificatesJob,
  watchCertificatesJob,
];
