import { createHmac, randomUUID } from 'node:crypto';
import type { GitProvider } from '../../src/entities/git-provider.ts';

/** What a test says of a push; each host writes it in its own way. */
export interface PushedInTest {
  repository: string;
  ref: string;
  before?: string | undefined;
  /** Undefined: the branch or tag was deleted. */
  after?: string | undefined;
  forced?: boolean;
  /** Oldest first. */
  commits?: { message: string; paths?: string[] }[];
  /** The host says that there are more commits than it lists. */
  truncated?: boolean;
}

export interface SignedDelivery {
  headers: Record<string, string>;
  body: string;
}

const nothing = '0'.repeat(40);
export const shaOf = (digit: string) => digit.repeat(40);

/**
 * Payloads cut down to documented fields.
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
 * @see https://docs.gitlab.com/user/project/integrations/webhook_events/#push-events
 * @see https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Push
 * @see https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html
 * @see https://docs.gitea.com/usage/webhooks
 */
export const pushPayload: Record<GitProvider, (push: PushedInTest) => object> = {
  github: (push) => githubLike(push),
  gitea: (push) => ({ ...githubLike(push), total_commits: (push.commits?.length ?? 0) + (push.truncated ? 5 : 0) }),
  gitlab({ repository, ref, before, after, commits = [], truncated }) {
    const list = commits.map((commit, index) => ({
      id: index === commits.length - 1 ? (after ?? nothing) : shaOf('d'),
      message: commit.message,
      author: { name: 'Ada' },
      added: commit.paths ?? [],
      modified: [],
      removed: [],
    }));
    return {
      object_kind: ref.startsWith('refs/tags/') ? 'tag_push' : 'push',
      ref,
      before: before ?? nothing,
      after: after ?? nothing,
      checkout_sha: after ?? null,
      user_username: 'ada',
      project: { path_with_namespace: repository },
      total_commits_count: commits.length + (truncated ? 5 : 0),
      commits: list,
    };
  },
  bitbucket: ({ repository, ...change }) => ({
    repository: { full_name: repository },
    actor: { nickname: 'ada' },
    push: { changes: [bitbucketChange(change)] },
  }),
  'bitbucket-data-center': ({ repository, ref, before, after, commits = [] }) => {
    const [key = '', slug = ''] = repository.split('/');
    const list = commits.map(({ message }, index) => ({
      id: index === commits.length - 1 ? (after ?? nothing) : shaOf('d'),
      message,
      author: { name: 'ada', displayName: 'Ada' },
    }));
    return {
      eventKey: 'repo:refs_changed',
      actor: { name: 'ada', displayName: 'Ada' },
      repository: { slug, project: { key } },
      changes: [
        {
          ref: { id: ref, displayId: ref.replace(/^refs\/(heads|tags)\//, '') },
          refId: ref,
          fromHash: before ?? nothing,
          toHash: after ?? nothing,
        },
      ],
      commits: list.toReversed(),
      toCommit: list.at(-1),
    };
  },
};

function githubLike({ repository, ref, before, after, forced = false, commits = [] }: PushedInTest) {
  const list = commits.map(({ message, paths = [] }, index) => ({
    id: index === commits.length - 1 ? (after ?? nothing) : shaOf('d'),
    message,
    author: { name: 'Ada', email: 'ada@example.com' },
    added: [],
    removed: [],
    modified: paths,
  }));
  return {
    ref,
    before: before ?? nothing,
    after: after ?? nothing,
    created: before === undefined,
    deleted: after === undefined,
    forced,
    repository: { full_name: repository },
    pusher: { name: 'ada' },
    head_commit: list.at(-1) ?? null,
    commits: list,
  };
}

export function bitbucketChange({
  ref,
  before,
  after,
  forced = false,
  commits = [],
  truncated = false,
}: Omit<PushedInTest, 'repository'>) {
  const type = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  const side = (hash: string | undefined) =>
    hash
      ? {
          type,
          name,
          target: { hash, message: commits.at(-1)?.message ?? '', author: { raw: 'Ada <ada@example.com>' } },
        }
      : null;
  return {
    old: side(before),
    new: side(after),
    forced,
    truncated,
    commits: commits.map(({ message }) => ({ message })).reverse(),
  };
}

const pushEvents: Record<GitProvider, Record<string, string>> = {
  github: { 'x-github-event': 'push' },
  gitea: { 'x-gitea-event': 'push', 'x-github-event': 'push' },
  gitlab: { 'x-gitlab-event': 'Push Hook' },
  bitbucket: { 'x-event-key': 'repo:push' },
  'bitbucket-data-center': { 'x-event-key': 'repo:refs_changed' },
};

const deliveryHeader: Record<GitProvider, string> = {
  github: 'x-github-delivery',
  gitea: 'x-gitea-delivery',
  gitlab: 'idempotency-key',
  bitbucket: 'x-request-uuid',
  'bitbucket-data-center': 'x-request-id',
};

const hex = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest('hex');

const signatures: Record<GitProvider, (body: string, secret: string) => Record<string, string>> = {
  github: (body, secret) => ({ 'x-hub-signature-256': `sha256=${hex(body, secret)}` }),
  gitea: (body, secret) => ({ 'x-gitea-signature': hex(body, secret) }),
  gitlab: (_body, secret) => ({ 'x-gitlab-token': secret }),
  bitbucket: (body, secret) => ({ 'x-hub-signature': `sha256=${hex(body, secret)}` }),
  'bitbucket-data-center': (body, secret) => ({ 'x-hub-signature': `sha256=${hex(body, secret)}` }),
};

/** What the host sends: a payload or a text, with its headers and signature. */
export function signedDelivery(
  provider: GitProvider,
  payload: object | string,
  secret: string,
  { id = randomUUID(), headers = {} }: { id?: string; headers?: Record<string, string> } = {},
): SignedDelivery {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      ...pushEvents[provider],
      [deliveryHeader[provider]]: id,
      ...signatures[provider](body, secret),
      ...headers,
    },
  };
}

/** GitLab's newer signature. @see https://www.standardwebhooks.com */
export function standardWebhook(payload: object, secret: string, at = new Date()): SignedDelivery {
  const body = JSON.stringify(payload);
  const id = randomUUID();
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-gitlab-event': 'Push Hook',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  };
}
