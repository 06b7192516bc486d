import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { serverOfPage } from '../clone-url.ts';
import { namedRepositories } from '../named-repositories.ts';
import { CommitId, commitOrNothing, RefName, RepositoryName, splitRef } from '../push.ts';
import { type PushedCommit, summarise } from '../pushed-commits.ts';
import { ShownCount, shownList, shownObject, ShownText } from '../shown.ts';
import { equalInConstantTime } from '../signatures.ts';
import { type GitHostWebhook, header, type ParsedDelivery, type RawDelivery } from '../webhook.ts';
import { parseMergeRequest } from './merge-request.ts';

const Project = z.object({
  project: z.object({
    path_with_namespace: RepositoryName,
    id: ShownCount,
    web_url: ShownText,
    git_http_url: ShownText,
    git_ssh_url: ShownText,
  }),
});

const Push = Project.extend({
  ref: RefName,
  before: CommitId,
  after: CommitId,
  checkout_sha: CommitId.nullish(),
  user_username: ShownText,
  user_name: ShownText,
  total_commits_count: ShownCount,
  // Those of `git push -o` that GitLab itself knows.
  push_options: shownObject({ ci: shownObject({ skip: z.unknown() }) }),
  commits: shownList(
    z.object({
      id: ShownText,
      message: ShownText,
      author: shownObject({ name: ShownText }),
      added: shownList(z.string()),
      modified: shownList(z.string()),
      removed: shownList(z.string()),
    }),
  ),
});
type Push = z.infer<typeof Push>;

/**
 * GitLab: the plain token, or the signature of Standard Webhooks in newer versions.
 * @see https://docs.gitlab.com/user/project/integrations/webhook_events/#push-events
 */
export const webhook: GitHostWebhook = {
  mostBytes: 25 * 1024 ** 2,
  named: (body) => namedRepositories(body, 'path_with_namespace', 'git_http_url'),
  idKey: 'project_id',
  // The form of Standard Webhooks serves both as the plain token and as the signing key.
  makeSecret: () => `whsec_${randomBytes(32).toString('base64')}`,
  deliveryId: (delivery) =>
    header(delivery, 'webhook-id') ?? header(delivery, 'idempotency-key') ?? header(delivery, 'x-gitlab-event-uuid'),
  isSigned: (delivery) =>
    header(delivery, 'webhook-signature') !== undefined || header(delivery, 'x-gitlab-token') !== undefined,
  verify(delivery, secret) {
    // A signature is never passed over in favour of a token that anyone could add.
    if (header(delivery, 'webhook-signature') !== undefined) return verifySignature(delivery, secret);
    return equalInConstantTime(header(delivery, 'x-gitlab-token') ?? '', secret);
  },
  repository(payload) {
    const { project } = Project.safeParse(payload).data ?? {};
    if (!project) return undefined;
    const { git_http_url, git_ssh_url, id, path_with_namespace, web_url } = project;
    return {
      name: path_with_namespace,
      id: id == null ? undefined : String(id),
      server: serverOfPage(web_url, path_with_namespace),
      cloneUrls: [git_http_url, git_ssh_url].filter((url) => url != null),
    };
  },
  parse(delivery, payload) {
    const event = header(delivery, 'x-gitlab-event') ?? 'unknown';
    if (event === 'System Hook') {
      const why =
        'a system hook is sent for the whole server and deploys nothing: add a webhook to the project instead';
      return { kind: 'ignored', event, why };
    }
    if (event === 'Merge Request Hook') return { kind: 'request', event, request: parseMergeRequest(payload) };
    if (event !== 'Push Hook' && event !== 'Tag Push Hook') {
      return { kind: 'ignored', event, why: `event \`${event}\` deploys nothing; only pushes and merge requests do` };
    }
    return parsePush(event, Push.parse(payload));
  },
};

/** Refuses timestamps more than five minutes off, as Standard Webhooks requires. */
function verifySignature(delivery: RawDelivery, secret: string): boolean {
  if (!secret.startsWith('whsec_')) return false;
  try {
    new Webhook(secret).verify(delivery.body.toString('utf8'), {
      'webhook-id': header(delivery, 'webhook-id') ?? '',
      'webhook-timestamp': header(delivery, 'webhook-timestamp') ?? '',
      'webhook-signature': header(delivery, 'webhook-signature') ?? '',
    });
    return true;
  } catch {
    return false;
  }
}

function parsePush(event: string, push: Push): ParsedDelivery {
  const ref = splitRef(push.ref);
  if (!ref) return { kind: 'ignored', event, why: `\`${push.ref}\` is neither a branch nor a tag` };
  const commits = push.commits ?? [];
  const head = commits.find(({ id }) => id === push.checkout_sha) ?? commits.at(-1);
  const deleted = commitOrNothing(push.after) === undefined;
  return {
    kind: 'push',
    event,
    push: {
      repository: push.project.path_with_namespace,
      pusher: push.user_username ?? push.user_name ?? 'somebody',
      refs: [
        {
          ...ref,
          before: commitOrNothing(push.before),
          // For an annotated tag `after` is the tag's own id.
          after: deleted ? undefined : (commitOrNothing(push.checkout_sha) ?? push.after),
          forced: false,
          ...(Boolean(push.push_options?.ci?.skip) && { option: 'ci.skip' }),
          ...summarise(commits.map(toCommit)),
          complete: push.commits != null && (push.total_commits_count ?? Infinity) <= commits.length,
          title: head?.message?.split('\n')[0],
          author: head?.author?.name ?? undefined,
        },
      ],
    },
  };
}

function toCommit({ message, added, modified, removed }: NonNullable<Push['commits']>[number]): PushedCommit {
  const known = added && modified && removed;
  return { message: message ?? '', paths: known ? [...added, ...modified, ...removed] : undefined };
}
