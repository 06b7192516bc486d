import { drillJobName, requestDrills } from '../usecases/backups/request-drills.ts';
import { rotateBackupsJobName } from '../usecases/databases/database-jobs.ts';
import { backUpJobName } from '../usecases/backups/request-backup.ts';
import { restoreJobName } from '../usecases/backups/enqueue-restore.ts';
import { forgetDeleted, rotateBackups } from '../usecases/backups/rotate-backups.ts';
import { runBackup } from '../usecases/backups/run-backup.ts';
import { runRestore } from '../usecases/backups/run-restore.ts';
import { scheduleBackups } from '../usecases/backups/schedule-backups.ts';
import { verifyBackup } from '../usecases/backups/verify-backup.ts';
import type { Job } from './job.ts';

export const scheduleBackupsJob: Job = {
  name: 'schedule-backups',
  summary: 'Backs up the databases that are due, and restarts work whose process died',
  schedule: '*/5 * * * *',
  run: scheduleBackups,
};

export const backUpDatabaseJob: Job = {
  name: backUpJobName,
  summary: 'Backs up one database',
  lane: 'long',
  run: (deps, { input, signal }) => runBackup(deps, String(input['backup']), signal),
};

export const restoreDatabaseJob: Job = {
  name: restoreJobName,
  summary: 'Restores a backup into a database',
  lane: 'long',
  run: (deps, { input, signal }) => runRestore(deps, String(input['restore']), signal),
};

/** Without an input it enqueues the drills that are due. */
export const restoreDrillJob: Job = {
  name: drillJobName,
  summary: 'Verifies the newest backups by restoring them into throw-away databases',
  schedule: '23 * * * *',
  lane: 'long',
  run: (deps, { input, signal }) =>
    typeof input['backup'] === 'string' ? verifyBackup(deps, input['backup'], signal) : requestDrills(deps),
};

/** With a deleted database's id as input, it only deletes that database's backups. */
export const rotateBackupsJob: Job = {
  name: rotateBackupsJobName,
  summary: 'Deletes backups beyond seven daily and four weekly ones',
  schedule: '41 6 * * *',
  lane: 'long',
  run: (deps, { input, signal }) =>
    typeof input['deleted'] === 'string' ? forgetDeleted(deps, input['deleted'], signal) : rotateBackups(deps, signal),
};
