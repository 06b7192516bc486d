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
import { ShownCount, shownList, shownObject, ShownText } from '../shown.ts';

const Label = shownObject({ id: ShownCount, title: ShownText });

const MergeRequestEvent = z.object({
  project: z.object({ path_with_namespace: RepositoryName }),
  user: shownObject({ id: ShownCount, username: ShownText }),
  object_attributes: z.object({
    iid: RequestNumber,
    action: ShownText,
    oldrev: ShownText,
    state: ShownText,
    title: ShownText,
    author_id: ShownCount,
    updated_at: ShownTime,
    source_branch: HeadBranch,
    source: z.object({ path_with_namespace: HeadRepository }).nullish().catch(null),
    last_commit: z.object({ id: HeadCommit }).nullish(),
  }),
  changes: shownObject({ labels: shownObject({ previous: shownList(Label), current: shownList(Label) }) }),
});
type MergeRequestEvent = z.infer<typeof MergeRequestEvent>;

/** @see https://docs.gitlab.com/user/project/integrations/webhook_events/#merge-request-events */
export function parseMergeRequest(payload: unknown): ChangeRequest {
  const { changes, object_attributes: request, project, user } = MergeRequestEvent.parse(payload);
  const repository = project.path_with_namespace;
  const sender = personNamed(user?.username, user?.id);
  const authorId = request.author_id ?? undefined;
  // Only the sender's name is in the payload.
  const author = sender && sender.id === String(authorId) ? sender : personNamed(`user ${authorId}`, authorId);
  return {
    repository,
    number: request.iid,
    happened: happened(request, changes),
    title: shortText(request.title),
    author: authorId === undefined ? sender : author,
    byMember: undefined,
    branch: request.source_branch,
    commit: request.last_commit?.id,
    ref: `refs/merge-requests/${request.iid}/head`,
    fromFork: !isSameRepository(request.source?.path_with_namespace, repository),
    cloneFrom: undefined,
    sender,
    labels: addedLabels(changes),
    allLabels: undefined,
    at: request.updated_at,
  };
}

function happened(
  { action, oldrev, state }: MergeRequestEvent['object_attributes'],
  changes: MergeRequestEvent['changes'],
): ChangeRequest['happened'] {
  if (action === 'merge' || state === 'merged') return 'merged';
  if (action === 'close' || state === 'closed') return 'closed';
  if (action === 'update' && addedLabels(changes).length > 0) return 'labelled';
  if (action === 'open' || action === 'reopen') return 'opened';
  // Of all updates, those with new commits name the former one.
  return action === 'update' && oldrev ? 'changed' : 'other';
}

function addedLabels(changes: MergeRequestEvent['changes']): string[] {
  const before = new Set((changes?.labels?.previous ?? []).map((label) => label?.title));
  const now = (changes?.labels?.current ?? []).flatMap((label) => label?.title ?? []);
  return now.filter((title) => !before.has(title));
}
