import type { Job } from './job.ts';

/** Limits how long deployments of protected applications, and restores, wait for approval. */
export const expireApprovalsJob: Job = {
  name: 'expire-approvals',
  summary:
    'Reminds of approvals that expire soon, and ends deployments, restores and requests of assistants that were not approved in time',
  schedule: '* * * * *',
  async run(deps) {
    const { expireRestores, remindOfRestores } = await import('../usecases/backups/decide-restore.ts');
    const { expireApprovals } = await import('../usecases/deployments/request/expire-approvals.ts');
    const { remindOfApprovals } = await import('../usecases/deployments/request/remind-of-approvals.ts');
    const { expireRequests } = await import('../usecases/assistants/expire-requests.ts');
    await expireApprovals(deps);
    await expireRestores(deps);
    await remindOfApprovals(deps);
    await remindOfRestores(deps);
    await expireRequests(deps);
  },
};
