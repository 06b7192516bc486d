import { expireApprovals } from '../usecases/deployments/request/expire-approvals.ts';
import type { Job } from './job.ts';

/** Deployments of protected applications wait for an approval, but not for ever. */
export const expireApprovalsJob: Job = {
  name: 'expire-approvals',
  summary: 'Ends deployments that were not approved in time',
  schedule: '* * * * *',
  run: expireApprovals,
};
