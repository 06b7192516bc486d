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
import { shownObject, ShownText } from '../shown.ts';

const Person = shownObject({ nickname: ShownText, display_name: ShownText, uuid: ShownText });

const PullRequestEvent = z.object({
  repository: z.object({ full_name: RepositoryName }),
  actor: Person,
  pullrequest: z.object({
    id: RequestNumber,
    title: ShownText,
    author: Person,
    updated_on: ShownTime,
    source: z.object({
      branch: z.object({ name: HeadBranch }),
      // Twelve digits of it.
      commit: z.object({ hash: HeadCommit }).nullish(),
      repository: z.object({ full_name: HeadRepository }).nullish().catch(null),
    }),
  }),
});

const happenings: Record<string, ChangeRequest['happened']> = {
  'pullrequest:created': 'opened',
  'pullrequest:updated': 'changed',
  'pullrequest:fulfilled': 'merged',
  'pullrequest:rejected': 'closed',
};

/**
 * Bitbucket Cloud has no labels, and no refs for requests: a fork's commits have to be cloned from the fork.
 * @see https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Pull-request-events
 */
export function parsePullRequest(event: string, payload: unknown): ChangeRequest {
  const { actor, pullrequest: pull, repository } = PullRequestEvent.parse(payload);
  const { branch, commit, repository: source } = pull.source;
  const fromFork = !isSameRepository(source?.full_name, repository.full_name);
  return {
    repository: repository.full_name,
    number: pull.id,
    happened: happenings[event] ?? 'other',
    title: shortText(pull.title),
    author: named(pull.author),
    byMember: undefined,
    branch: branch.name,
    commit: commit?.hash,
    ref: `refs/heads/${branch.name}`,
    fromFork,
    cloneFrom: fromFork ? (source?.full_name ?? undefined) : undefined,
    sender: named(actor),
    labels: [],
    allLabels: undefined,
    at: pull.updated_on,
  };
}

function named(person: z.infer<typeof Person>) {
  return personNamed(person?.nickname ?? person?.display_name, person?.uuid);
}
