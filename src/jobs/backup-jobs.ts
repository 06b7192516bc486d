import { drillJobName } from '../usecases/backups/request-drills.ts';
import { rotateBackupsJobName } from '../usecases/databases/database-jobs.ts';
import { backUpJobName } from '../usecases/backups/request-backup.ts';
import { restoreJobName } from '../usecases/databases/database-jobs.ts';
import type { Job } from './job.ts';

export const scheduleBackupsJob: Job = {
  name: 'schedule-backups',
  summary: 'Backs up the databases that are due, and restarts work whose process died',
  schedule: '*/5 * * * *',
  async run(deps) {
    const { scheduleBackups } = await import('../usecases/backups/schedule-backups.ts');
    return scheduleBackups(deps);
  },
};

/** In the quick lane: the log does not wait for backups of hours. */
export const archiveLogsJob: Job = {
  name: 'archive-logs',
  summary: 'Archives the logs of databases that can be restored to any moment',
  schedule: '* * * * *',
  async run(deps, { signal }) {
    const { archiveLogs } = await import('../usecases/backups/archive-logs.ts');
    return archiveLogs(deps, signal);
  },
};

export const backUpDatabaseJob: Job = {
  name: backUpJobName,
  summary: 'Backs up one database',
  lane: 'long',
  async run(deps, { input, signal }) {
    const { runBackup } = await import('../usecases/backups/run-backup.ts');
    return runBackup(deps, String(input['backup']), signal);
  },
};

export const restoreDatabaseJob: Job = {
  name: restoreJobName,
  summary: 'Restores a backup into a database',
  lane: 'long',
  async run(deps, { input, signal }) {
    const { runRestore } = await import('../usecases/backups/run-restore.ts');
    return runRestore(deps, String(input['restore']), signal);
  },
};

/** Without an input it enqueues the drills that are due. */
export const restoreDrillJob: Job = {
  name: drillJobName,
  summary: 'Verifies the newest backups by restoring them into throw-away databases',
  schedule: '23 * * * *',
  lane: 'long',
  async run(deps, { input, signal }) {
    if (typeof input['backup'] === 'string') {
      const { verifyBackup } = await import('../usecases/backups/verify-backup.ts');
      return verifyBackup(deps, input['backup'], signal);
    }
    const { requestDrills } = await import('../usecases/backups/request-drills.ts');
    return requestDrills(deps);
  },
};

/** With a deleted database's id as input, it only deletes that database's backups. */
export const rotateBackupsJob: Job = {
  name: rotateBackupsJobName,
  summary: 'Deletes backups beyond seven daily and four weekly ones',
  schedule: '41 6 * * *',
  lane: 'long',
  async run(deps, { input, signal }) {
    const { forgetDeleted, rotateBackups } = await import('../usecases/backups/rotate-backups.ts');
    if (typeof input['deleted'] === 'string') return forgetDeleted(deps, input['deleted'], signal);
    return rotateBackups(deps, signal);
  },
};

export const selfBackupJob: Job = {
  name: 'self-backup',
  summary: 'Backs up Shipmate itself: its database and its keys',
  schedule: '37 3 * * *',
  lane: 'long',
  async run(deps, { signal }) {
    const { runSelfBackup } = await import('../usecases/self-backup/run-self-backup.ts');
    return runSelfBackup(deps, signal);
  },
};
