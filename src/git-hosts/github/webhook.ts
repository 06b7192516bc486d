import { z } from 'zod';
import { serverOfPage } from '../clone-url.ts';
import { namedRepositories } from '../named-repositories.ts';
import { CommitId, commitOrNothing, RefName, RepositoryName, splitRef } from '../push.ts';
import { type PushedCommit, summarise } from '../pushed-commits.ts';
import { ShownCount, ShownFlag, shownList, shownObject, ShownText } from '../shown.ts';
import { isPrefixedHmac, makeTextSecret } from '../signatures.ts';
import { type GitHostWebhook, header, type ParsedDelivery } from '../webhook.ts';
import { installationEvents, parseInstallation } from './app/installation.ts';
import { parsePullRequest } from './pull-request.ts';

/** GitHub cuts the list of commits here. */
const maxCommits = 2048;

const Repository = z.object({
  repository: z.object({
    full_name: RepositoryName,
    id: ShownCount,
    html_url: ShownText,
    clone_url: ShownText,
    ssh_url: ShownText,
  }),
});

const Commit = {
  id: CommitId.nullish().catch(null),
  message: ShownText,
  author: shownObject({ name: ShownText }),
  added: shownList(z.string()),
  removed: shownList(z.string()),
  modified: shownList(z.string()),
};

/** A push of GitHub or Gitea. */
const Push = Repository.extend({
  ref: RefName,
  before: CommitId,
  after: CommitId,
  deleted: ShownFlag,
  forced: ShownFlag,
  commits: shownList(z.object(Commit)),
  total_commits: ShownCount,
  head_commit: shownObject(Commit),
  pusher: shownObject({ name: ShownText, login: ShownText }),
});

/** @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
export const webhook: GitHostWebhook = {
  mostBytes: 25 * 1024 ** 2,
  named: (body) => namedRepositories(body, 'full_name', 'clone_url'),
  idKey: 'id',
  makeSecret: makeTextSecret,
  deliveryId: (delivery) => header(delivery, 'x-github-delivery'),
  appNumber(delivery) {
    const isOfApp = header(delivery, 'x-github-hook-installation-target-type') === 'integration';
    return isOfApp ? header(delivery, 'x-github-hook-installation-target-id') : undefined;
  },
  isSigned: (delivery) => header(delivery, 'x-hub-signature-256') !== undefined,
  verify: (delivery, secret) => isPrefixedHmac(header(delivery, 'x-hub-signature-256'), delivery.body, secret),
  repository(payload) {
    const { repository } = Repository.safeParse(payload).data ?? {};
    if (!repository) return undefined;
    const { clone_url, full_name, html_url, id, ssh_url } = repository;
    return {
      name: full_name,
      id: id == null ? undefined : String(id),
      server: serverOfPage(html_url, full_name),
      cloneUrls: [clone_url, ssh_url].filter((url) => url != null),
    };
  },
  parse(delivery, payload) {
    const event = header(delivery, 'x-github-event') ?? 'unknown';
    if (event === 'pull_request') return { kind: 'request', event, request: parsePullRequest(payload) };
    if (installationEvents.includes(event)) {
      return { kind: 'installation', event, installation: parseInstallation(event, payload) };
    }
    return parsePush(event, payload);
  },
};

export function parsePush(event: string, payload: unknown): ParsedDelivery {
  if (event === 'ping') return { kind: 'ignored', event, why: 'ping: the webhook works' };
  if (event !== 'push') {
    return { kind: 'ignored', event, why: `event \`${event}\` deploys nothing; \`push\` and \`pull_request\` do` };
  }
  const push = Push.parse(payload);
  const ref = splitRef(push.ref);
  if (!ref) return { kind: 'ignored', event, why: `\`${push.ref}\` is neither a branch nor a tag` };
  const commits = push.commits ?? [];
  const head = push.head_commit ?? commits.at(-1);
  const complete = push.commits != null && commits.length < maxCommits && (push.total_commits ?? 0) <= commits.length;
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
          title: head?.message?.split('\n')[0],
          author: head?.author?.name ?? undefined,
        },
      ],
    },
  };
}

function toCommit({ message, added, removed, modified }: z.infer<z.ZodObject<typeof Commit>>): PushedCommit {
  const known = added && removed && modified;
  return { message: message ?? '', paths: known ? [...added, ...removed, ...modified] : undefined };
}
