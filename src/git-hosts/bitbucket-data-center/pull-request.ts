import { z } from 'zod';
import {
  type ChangeRequest,
  HeadBranch,
  HeadCommit,
  isSameRepository,
  personNamed,
  RequestNumber,
  shortText,
} from '../change-request.ts';
import { RepositoryName } from '../push.ts';
import { ShownCount, shownObject, ShownText } from '../shown.ts';

const Person = shownObject({ name: ShownText, displayName: ShownText, type: ShownText });
const Repository = z.object({ slug: RepositoryName, project: z.object({ key: RepositoryName }) });

const PullRequestEvent = z.object({
  actor: Person,
  pullRequest: z.object({
    id: RequestNumber,
    title: ShownText,
    author: shownObject({ user: Person }),
    /** Milliseconds since 1970. */
    updatedDate: ShownCount,
    fromRef: z.object({
      displayId: HeadBranch,
      latestCommit: HeadCommit,
      repository: Repository.nullish().catch(null),
    }),
    toRef: z.object({ repository: Repository }),
  }),
});

const happenings: Record<string, ChangeRequest['happened']> = {
  'pr:opened': 'opened',
  'pr:reopened': 'opened',
  'pr:from_ref_updated': 'changed',
  'pr:merged': 'merged',
  'pr:declined': 'closed',
  'pr:deleted': 'closed',
};

/**
 * Bitbucket Data Center has no labels. Robots have the type `SERVICE`.
 * @see https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html
 */
export function parsePullRequest(event: string, payload: unknown): ChangeRequest {
  const { actor, pullRequest: pull } = PullRequestEvent.parse(payload);
  const { fromRef, toRef } = pull;
  const repository = nameOf(toRef.repository);
  const author = pull.author?.user;
  return {
    repository,
    number: pull.id,
    happened: happenings[event] ?? 'other',
    title: shortText(pull.title),
    author: personNamed(author?.name),
    byMember: author?.type === 'SERVICE' ? false : undefined,
    branch: fromRef.displayId,
    commit: fromRef.latestCommit,
    ref: `refs/pull-requests/${pull.id}/from`,
    fromFork: !isSameRepository(fromRef.repository && nameOf(fromRef.repository), repository),
    cloneFrom: undefined,
    sender: personNamed(actor?.name),
    labels: [],
    allLabels: undefined,
    at: pull.updatedDate == null ? undefined : new Date(pull.updatedDate),
  };
}

function nameOf({ project, slug }: z.infer<typeof Repository>): string {
  return `${project.key}/${slug}`;
}
