import { z } from 'zod';
import type { ChangeRequest } from '../change-request.ts';
import { commonRequest, happenedTo, Label, PullRequestEvent } from '../github/pull-request.ts';
import { shownList, shownObject } from '../shown.ts';

const actions: Record<string, ChangeRequest['happened']> = {
  opened: 'opened',
  reopened: 'opened',
  synchronized: 'changed',
  label_updated: 'labelled',
  label_cleared: 'labelled',
  closed: 'closed',
};

/** Newer versions of Gitea tell which labels are new. */
const LabelEvent = z.object({ changes: shownObject({ added_labels: shownList(Label) }) });

/**
 * Gitea and Forgejo send GitHub's fields, without the author's association and with their own actions.
 * @see https://docs.gitea.com/usage/webhooks
 */
export function parsePullRequest(payload: unknown): ChangeRequest {
  const event = PullRequestEvent.parse(payload);
  const { action, pull_request: pull } = event;
  const common = commonRequest(event);
  const added = LabelEvent.parse(payload).changes?.added_labels;
  return {
    ...common,
    // Anybody may push to `refs/for/…` (AGit): the commits are in the repository, but on no branch of it.
    fromFork: common.fromFork || common.branch.startsWith('refs/'),
    happened: happenedTo(pull, actions[action]),
    byMember: undefined,
    labels: namesOf(added),
    allLabels: added ? undefined : namesOf(pull.labels),
  };
}

function namesOf(labels: z.infer<typeof Label>[] | null | undefined): string[] {
  return (labels ?? []).flatMap((label) => label?.name ?? []);
}
