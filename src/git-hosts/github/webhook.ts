import { z } from 'zod';
import { CommitId, commitOrNothing, RefName, RepositoryName, splitRef } from '../push.ts';
import { type PushedCommit, summarise } from '../pushed-commits.ts';
import { isPrefixedHmac, makeTextSecret } from '../signatures.ts';
import { type GitHostWebhook, header, type ParsedDelivery } from '../webhook.ts';

/** GitHub cuts the list of commits here. */
const maxCommits = 2048;

const Repository = z.object({ repository: z.object({ full_name: RepositoryName }) });

const Commit = z.object({
  id: CommitId,
  message: z.string(),
  author: z.object({ name: z.string() }).optional(),
  added: z.array(z.string()).nullish(),
  removed: z.array(z.string()).nullish(),
  modified: z.array(z.string()).nullish(),
});

/** A push of GitHub or Gitea. */
const Push = Repository.extend({
  ref: RefName,
  before: CommitId,
  after: CommitId,
  deleted: z.boolean().optional(),
  forced: z.boolean().optional(),
  commits: z.array(Commit).nullish(),
  total_commits: z.number().optional(),
  head_commit: Commit.nullish(),
  pusher: z.object({ name: z.string().optional(), login: z.string().optional() }).optional(),
});

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
export const webhook: GitHostWebhook = {
  mostBytes: 25 * 1024 ** 2,
  repositoryKey: 'full_name',
  makeSecret: makeTextSecret,
  deliveryId: (delivery) => header(delivery, 'x-github-delivery'),
  isSigned: (delivery) => header(delivery, 'x-hub-signature-256') !== undefined,
  verify: (delivery, secret) => isPrefixedHmac(header(delivery, 'x-hub-signature-256'), delivery.body, secret),
  repository: (payload) => Repository.safeParse(payload).data?.repository.full_name,
  parse: (delivery, payload) => parsePush(header(delivery, 'x-github-event') ?? 'unknown', payload),
};

export function parsePush(event: string, payload: unknown): ParsedDelivery {
  if (event === 'ping') return { kind: 'ignored', event, why: 'ping: the webhook works' };
  if (event !== 'push') return { kind: 'ignored', event, why: `event \`${event}\` deploys nothing; \`push\` does` };
  const push = Push.parse(payload);
  const ref = splitRef(push.ref);
  if (!ref) return { kind: 'ignored', event, why: `\`${push.ref}\` is neither a branch nor a tag` };
  const commits = push.commits ?? [];
  const head = push.head_commit ?? commits.at(-1);
  const complete = commits.length < maxCommits && (push.total_commits ?? 0) <= commits.length;
  return {
    kind: 'push',
    event,
    push: {
      repository: push.repository.full_name,
      pusher: push.pusher?.name ?? push.pusher?.login ?? 'somebody',
      refs: [
        {
          ...ref,
          before: commitOrNothing(push.before),
          // For an annotated tag `after` is the tag's own id.
          after: push.deleted ? undefined : commitOrNothing(ref.kind === 'tag' ? (head?.id ?? push.after) : push.after),
          forced: push.forced === true,
          ...summarise(commits.map(toCommit)),
          complete,
          title: head?.message.split('\n')[0],
          author: head?.author?.name,
        },
      ],
    },
  };
}

function toCommit({ message, added, removed, modified }: z.infer<typeof Commit>): PushedCommit {
  const known = added && removed && modified;
  return { message, paths: known ? [...added, ...removed, ...modified] : undefined };
}
