import { unfinishedStatuses } from '../../entities/deployment.ts';

/** Of deployments that are under way or went well. */
export const newestStatuses = [...unfinishedStatuses, 'success'];

/** Selects the commit that the application `$1` has or gets; `$2` are the `newestStatuses`. */
export const newestCommit = `select commit_sha from deployments
  where application_id = $1 and commit_sha is not null and status = any($2) order by started_at desc limit 1`;
