import type { GitProvider } from '../../src/entities/git-provider.ts';
import { type SignedDelivery, signedDelivery } from './webhooks.ts';

/** What a test says of a pull or merge request; each host writes it in its own way. */
export interface RequestInTest {
  repository: string;
  number: number;
  happened: 'opened' | 'changed' | 'labelled' | 'closed' | 'merged';
  commit: string;
  branch?: string;
  /** Name of the repository that the commits are in (default: the same). */
  from?: string | null;
  author?: string;
  title?: string | null;
  label?: string;
  /** All labels, of GitHub and Gitea (default: the new one). */
  labels?: readonly string[];
  /** Whether Gitea tells which label is new, as versions since 1.24 do. */
  tellsNew?: boolean;
  /** ISO 8601, in seconds. */
  at?: string;
  /** GitHub's. */
  association?: string;
  bot?: boolean;
}

const uuidOf = (name: string) =>
  `{${Buffer.from(name.padEnd(16, '0'))
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')}}`;

/**
 * Payloads cut down to documented fields.
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request
 * @see https://docs.gitlab.com/user/project/integrations/webhook_events/#merge-request-events
 * @see https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Pull-request-events
 * @see https://docs.gitea.com/usage/webhooks
 */
export const requestPayload: Record<GitProvider, (request: RequestInTest) => object> = {
  github: (request) => ({
    ...githubLike(request, {
      opened: 'opened',
      changed: 'synchronize',
      labelled: 'labeled',
      closed: 'closed',
      merged: 'closed',
    }),
    ...(request.label && { label: { name: request.label } }),
  }),
  gitea: (request) => ({
    ...githubLike(request, {
      opened: 'opened',
      changed: 'synchronized',
      labelled: request.labels?.length === 0 ? 'label_cleared' : 'label_updated',
      closed: 'closed',
      merged: 'closed',
    }),
    ...(request.tellsNew && {
      changes: { added_labels: request.label ? [{ name: request.label }] : [], removed_labels: null },
    }),
  }),
  gitlab({
    repository,
    number,
    happened,
    commit,
    branch = 'fix',
    from = repository,
    title = 'Fix it',
    label,
    ...more
  }) {
    const { author = 'ada', at = '2026-11-28T10:00:00Z' } = more;
    const actions = {
      opened: 'open',
      changed: 'update',
      labelled: 'update',
      closed: 'close',
      merged: 'merge',
    } as const;
    const ended = happened === 'closed' || happened === 'merged';
    return {
      object_kind: 'merge_request',
      user: { id: idOf(author), username: author },
      project: { path_with_namespace: repository },
      object_attributes: {
        iid: number,
        action: actions[happened],
        ...(happened === 'changed' && { oldrev: '0'.repeat(40) }),
        state: ended ? happened : 'opened',
        title,
        author_id: idOf(author),
        updated_at: at,
        source_branch: branch,
        source: from === null ? null : { path_with_namespace: from },
        last_commit: { id: commit },
      },
      changes: label ? { labels: { previous: [], current: [{ id: 1, title: label }] } } : {},
    };
  },
  'bitbucket-data-center': ({
    repository,
    number,
    commit,
    branch = 'fix',
    from = repository,
    title = 'Fix it',
    ...more
  }) => {
    const { author = 'ada', at = '2026-11-28T10:00:00Z' } = more;
    const placeOf = (name: string) => {
      const [key, slug] = name.split('/');
      return { slug, project: { key } };
    };
    return {
      actor: { name: author },
      pullRequest: {
        id: number,
        title,
        author: { user: { name: author, type: 'NORMAL' } },
        updatedDate: Date.parse(at),
        fromRef: { displayId: branch, latestCommit: commit, repository: from === null ? null : placeOf(from) },
        toRef: { repository: placeOf(repository) },
      },
    };
  },
  bitbucket({ repository, number, commit, branch = 'fix', from = repository, title = 'Fix it', ...more }) {
    const { author = 'ada', at = '2026-11-28T10:00:00+00:00' } = more;
    const person = { nickname: author, uuid: uuidOf(author) };
    return {
      repository: { full_name: repository },
      actor: person,
      pullrequest: {
        id: number,
        title,
        state: 'OPEN',
        author: person,
        updated_on: at,
        source: {
          branch: { name: branch },
          commit: { hash: commit.slice(0, 12) },
          repository: from === null ? null : { full_name: from },
        },
      },
    };
  },
};

/** GitLab's number of somebody. */
export const idOf = (name: string) => name.length;

function githubLike(
  { repository, number, happened, commit, branch = 'fix', from = repository, title = 'Fix it', ...more }: RequestInTest,
  actions: Record<RequestInTest['happened'], string>,
) {
  const {
    association = 'MEMBER',
    author = 'ada',
    at = '2026-11-28T10:00:00Z',
    bot = false,
    label,
    labels = label ? [label] : [],
  } = more;
  const person = { login: author, type: bot ? 'Bot' : 'User' };
  const ended = happened === 'closed' || happened === 'merged';
  return {
    action: actions[happened],
    number,
    repository: { full_name: repository },
    sender: person,
    pull_request: {
      number,
      title,
      state: ended ? 'closed' : 'open',
      merged: happened === 'merged',
      user: person,
      author_association: association,
      labels: labels.map((name) => ({ name })),
      updated_at: at,
      head: { ref: branch, sha: commit, repo: from === null ? null : { full_name: from } },
    },
  };
}

const bitbucketEvents = {
  opened: 'created',
  changed: 'updated',
  labelled: 'updated',
  closed: 'rejected',
  merged: 'fulfilled',
} as const;

const dataCenterEvents = {
  opened: 'opened',
  changed: 'from_ref_updated',
  labelled: 'modified',
  closed: 'declined',
  merged: 'merged',
} as const;

/** Headers that name the event. */
export function requestHeaders(provider: GitProvider, happened: RequestInTest['happened']): Record<string, string> {
  if (provider === 'gitlab') return { 'x-gitlab-event': 'Merge Request Hook' };
  if (provider === 'bitbucket') return { 'x-event-key': `pullrequest:${bitbucketEvents[happened]}` };
  if (provider === 'bitbucket-data-center') return { 'x-event-key': `pr:${dataCenterEvents[happened]}` };
  if (provider === 'github') return { 'x-github-event': 'pull_request' };
  return { 'x-gitea-event': 'pull_request', 'x-github-event': 'pull_request' };
}

export function requestDelivery(provider: GitProvider, request: RequestInTest, secret: string): SignedDelivery {
  const headers = requestHeaders(provider, request.happened);
  return signedDelivery(provider, requestPayload[provider](request), secret, { headers });
}
