import { expireApprovals } from '../usecases/deployments/request/expire-approvals.ts';
import { remindOfApprovals } from '../usecases/deployments/request/remind-of-approvals.ts';
import type { Job } from './job.ts';

/** Limits how long deployments of protected applications wait for approval. */
export const expireApprovalsJob: Job = {
  name: 'expire-approvals',
  summary: 'Reminds of approvals that expire soon, and ends deployments that were not approved in time',
  schedule: '* * * * *',
  async run(deps) {
    await expireApprovals(deps);
    await remindOfApprovals(deps);
  },
};
