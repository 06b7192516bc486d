import { z } from 'zod';
import {
  type ChangeRequest,
  HeadBranch,
  HeadCommit,
  HeadRepository,
  isSameRepository,
  personNamed,
  RequestNumber,
  ShownTime,
  shortText,
} from '../change-request.ts';
import { RepositoryName } from '../push.ts';
import { shownList, shownObject, ShownFlag, ShownText } from '../shown.ts';

const Person = shownObject({ login: ShownText, type: ShownText });
export const Label = shownObject({ name: ShownText });

/** A pull request of GitHub, Gitea or Forgejo. */
export const PullRequestEvent = z.object({
  action: z.string().max(100),
  repository: z.object({ full_name: RepositoryName }),
  label: Label,
  sender: Person,
  pull_request: z.object({
    number: RequestNumber,
    title: ShownText,
    state: ShownText,
    merged: ShownFlag,
    user: Person,
    author_association: ShownText,
    labels: shownList(Label),
    updated_at: ShownTime,
    head: z.object({
      ref: HeadBranch,
      sha: HeadCommit,
      repo: z.object({ full_name: HeadRepository }).nullish().catch(null),
    }),
  }),
});
export type PullRequestEvent = z.infer<typeof PullRequestEvent>;

/** Of others nobody knows: collaborators may only read, and who keeps their membership private is a `CONTRIBUTOR`. */
const members = new Set(['OWNER', 'MEMBER']);

/** What both hosts say alike. */
export function commonRequest({ pull_request: pull, repository, sender }: PullRequestEvent) {
  return {
    repository: repository.full_name,
    number: pull.number,
    title: shortText(pull.title),
    author: personNamed(pull.user?.login),
    branch: pull.head.ref,
    commit: pull.head.sha,
    ref: `refs/pull/${pull.number}/head`,
    fromFork: !isSameRepository(pull.head.repo?.full_name, repository.full_name),
    cloneFrom: undefined,
    sender: personNamed(sender?.login),
    at: pull.updated_at,
  };
}

const actions: Record<string, ChangeRequest['happened']> = {
  opened: 'opened',
  reopened: 'opened',
  ready_for_review: 'changed',
  synchronize: 'changed',
  labeled: 'labelled',
  closed: 'closed',
};

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
export function parsePullRequest(payload: unknown): ChangeRequest {
  const event = PullRequestEvent.parse(payload);
  const { action, label, pull_request: pull } = event;
  const isBot = pull.user?.type === 'Bot';
  return {
    ...commonRequest(event),
    happened: happenedTo(pull, actions[action]),
    byMember: isBot ? false : members.has(pull.author_association ?? '') || undefined,
    labels: action === 'labeled' && label?.name ? [label.name] : [],
    allLabels: undefined,
  };
}

/** Of a closed one only that counts: it can be edited, labelled and pushed to as before. */
export function happenedTo(
  { merged, state }: PullRequestEvent['pull_request'],
  what: ChangeRequest['happened'] | undefined,
): ChangeRequest['happened'] {
  if (merged === true) return 'merged';
  return state === 'closed' ? 'closed' : (what ?? 'other');
}
