import { expireApprovals } from '../usecases/deployments/request/expire-approvals.ts';
import type { Job } from './job.ts';

/** Limits how long deployments of protected applications wait for approval. */
export const expireApprovalsJob: Job = {
  name: 'expire-approvals',
  summary: 'Ends deployments that were not approved in time',
  schedule: '* * * * *',
  run: expireApprovals,
};
