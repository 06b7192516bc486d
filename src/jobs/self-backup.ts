import type { Job } from './job.ts';

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
