import { z } from 'zod';
import { namedValues } from '../named-repositories.ts';
import { CommitId, commitOrNothing, type PushedRef, RefName, RepositoryName, splitRef } from '../push.ts';
import { summarise } from '../pushed-commits.ts';
import { shownList, shownObject, ShownText } from '../shown.ts';
import { isPrefixedHmac, makeTextSecret } from '../signatures.ts';
import { type GitHostWebhook, header } from '../webhook.ts';
import { parsePullRequest } from './pull-request.ts';
import { serverOfBrowsed } from './repository-path.ts';

/** A payload names its repository, what it was forked from, and people; so many of each key are looked at. */
const mostNamed = 8;

/** Project and repository together have to be a `RepositoryName`. */
const Part = RepositoryName.refine((part) => part.length <= 249, 'is longer than 249 characters');

const Repository = z.object({
  repository: z.object({
    id: z.number().nullish().catch(null),
    slug: Part,
    project: z.object({ key: Part }),
    links: shownObject({
      clone: shownList(z.object({ href: z.string() })),
      self: shownList(z.object({ href: z.string() })),
    }),
  }),
});

/** Events of pull requests name the repository that is to be changed within them. */
const OfRequest = z.object({ pullRequest: z.object({ toRef: Repository }) });

const Commit = { id: ShownText, message: ShownText, author: shownObject({ name: ShownText, displayName: ShownText }) };

const Push = Repository.extend({
  actor: shownObject({ name: ShownText, displayName: ShownText }),
  changes: z.array(
    z.object({ refId: RefName.nullish(), ref: shownObject({ id: ShownText }), fromHash: CommitId, toHash: CommitId }),
  ),
  commits: shownList(z.object(Commit)),
  toCommit: shownObject(Commit),
});
type Push = z.infer<typeof Push>;

/**
 * Bitbucket Data Center: one change a ref, no paths, and in newer versions the first commits of the change.
 * @see https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html
 */
export const webhook: GitHostWebhook = {
  mostBytes: 25 * 1024 ** 2,
  named(body) {
    const keys = namedValues(body, 'key').slice(0, mostNamed);
    const slugs = namedValues(body, 'slug').slice(0, mostNamed);
    return keys.flatMap((key) => slugs.map((slug) => `${key}/${slug}`));
  },
  idKey: 'id',
  makeSecret: makeTextSecret,
  deliveryId: (delivery) => header(delivery, 'x-request-id'),
  isSigned: (delivery) => header(delivery, 'x-hub-signature') !== undefined,
  verify: (delivery, secret) => isPrefixedHmac(header(delivery, 'x-hub-signature'), delivery.body, secret),
  repository(payload) {
    const { repository } =
      Repository.safeParse(payload).data ?? OfRequest.safeParse(payload).data?.pullRequest.toRef ?? {};
    if (!repository) return undefined;
    const { id, links } = repository;
    return {
      name: nameOf(repository),
      id: id == null ? undefined : String(id),
      server: serverOfBrowsed(links?.self?.[0]?.href),
      cloneUrls: (links?.clone ?? []).map(({ href }) => href),
    };
  },
  parse(delivery, payload) {
    const event = header(delivery, 'x-event-key') ?? 'unknown';
    if (event === 'diagnostics:ping') return { kind: 'ignored', event, why: 'ping: the webhook works' };
    if (event.startsWith('pr:') && !/comment|reviewer|modified/.test(event)) {
      return { kind: 'request', event, request: parsePullRequest(event, payload) };
    }
    if (event !== 'repo:refs_changed') {
      const why = `event \`${event}\` deploys nothing; \`repo:refs_changed\` and those of pull requests do`;
      return { kind: 'ignored', event, why };
    }
    const push = Push.parse(payload);
    const refs = push.changes.flatMap((change) => toRef(push, change));
    const [change] = push.changes;
    if (refs.length === 0 && change) {
      return { kind: 'ignored', event, why: `\`${refOf(change)}\` is neither a branch nor a tag` };
    }
    const pusher = push.actor?.name ?? push.actor?.displayName ?? 'somebody';
    return { kind: 'push', event, push: { repository: nameOf(push.repository), pusher, refs } };
  },
};

function refOf({ ref, refId }: Push['changes'][number]): string {
  return RefName.parse(refId ?? ref?.id);
}

function nameOf({ project, slug }: Push['repository']): string {
  return `${project.key}/${slug}`;
}

/** The list of commits is cut short without a word, so it is never taken for complete. */
function toRef({ changes, commits, toCommit }: Push, change: Push['changes'][number]): PushedRef[] {
  const ref = splitRef(refOf(change));
  if (!ref) return [];
  const after = commitOrNothing(change.toHash);
  const isAlone = changes.length === 1;
  const listed = isAlone ? (commits ?? []) : [];
  const head = isAlone ? (toCommit ?? listed.find(({ id }) => id === after)) : undefined;
  return [
    {
      ...ref,
      before: commitOrNothing(change.fromHash),
      // For an annotated tag the hash may be the tag's own id.
      after: after && ref.kind === 'tag' ? (commitOrNothing(head?.id) ?? after) : after,
      forced: false,
      ...summarise(listed.map(({ message }) => ({ message: message ?? '', paths: undefined }))),
      complete: false,
      title: head?.message?.split('\n')[0],
      author: head?.author?.displayName ?? head?.author?.name ?? undefined,
    },
  ];
}
