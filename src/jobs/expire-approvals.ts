import { expireRestores, remindOfRestores } from '../usecases/backups/decide-restore.ts';
import { expireApprovals } from '../usecases/deployments/request/expire-approvals.ts';
import { remindOfApprovals } from '../usecases/deployments/request/remind-of-approvals.ts';
import type { Job } from './job.ts';

/** Limits how long deployments of protected applications, and restores, wait for approval. */
export const expireApprovalsJob: Job = {
  name: 'expire-approvals',
  summary: 'Reminds of approvals that expire soon, and ends deployments and restores that were not approved in time',
  schedule: '* * * * *',
  async run(deps) {
    await expireApprovals(deps);
    await expireRestores(deps);
    await remindOfApprovals(deps);
    await remindOfRestores(deps);
  },
};
