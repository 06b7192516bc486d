import type { ChangeRequest } from '../change-request.ts';
import { commonRequest, happenedTo, PullRequestEvent } from '../github/pull-request.ts';

const actions: Record<string, ChangeRequest['happened']> = {
  opened: 'opened',
  reopened: 'opened',
  synchronized: 'changed',
  label_updated: 'labelled',
  closed: 'closed',
};

/**
 * Gitea and Forgejo send GitHub's fields, without the author's association and with their own actions.
 * @see https://docs.gitea.com/usage/webhooks
 */
export function parsePullRequest(payload: unknown): ChangeRequest {
  const event = PullRequestEvent.parse(payload);
  const { action, pull_request: pull } = event;
  const common = commonRequest(event);
  return {
    ...common,
    // Anybody may push to `refs/for/…` (AGit): the commits are in the repository, but on no branch of it.
    fromFork: common.fromFork || common.branch.startsWith('refs/'),
    happened: happenedTo(pull, actions[action]),
    byMember: undefined,
    labels: action === 'label_updated' ? (pull.labels ?? []).flatMap((label) => label?.name ?? []) : [],
  };
}
