import { createHmac, randomUUID } from 'node:crypto';

export interface PushToSend {
  /** e.g. `http://127.0.0.1:8080/webhooks/github` */
  url: string;
  secret: string;
  repository: string;
  branch: string;
  before: string | undefined;
  after: string;
  message: string;
  /** Default: one of its own; the same again is a redelivery. */
  deliveryId?: string;
}

/** Sends what GitHub sends when a member opens a pull request of a branch, likewise. */
export async function sendGitHubRequest(
  to: Pick<PushToSend, 'url' | 'secret' | 'repository' | 'branch'> & { number: number; head: string },
): Promise<{ status: number; body: unknown }> {
  const { branch, head, number, repository } = to;
  const person = { login: 'ada', type: 'User' };
  const pull_request = {
    number,
    title: `Request ${number}`,
    state: 'open',
    merged: false,
    user: person,
    author_association: 'MEMBER',
    labels: [],
    updated_at: new Date().toISOString(),
    head: { ref: branch, sha: head, repo: { full_name: repository } },
  };
  const event = { action: 'opened', number, repository: { full_name: repository }, sender: person, pull_request };
  return send(to, 'pull_request', event);
}

/** Sends what GitHub sends after a push to a branch, headers and signature included. */
export async function sendGitHubPush(push: PushToSend): Promise<{ status: number; body: unknown }> {
  const commit = {
    id: push.after,
    message: push.message,
    timestamp: new Date().toISOString(),
    author: { name: 'Ada', email: 'ada@example.com' },
    added: [],
    removed: [],
    modified: ['VERSION'],
  };
  return send(push, 'push', {
    ref: `refs/heads/${push.branch}`,
    before: push.before ?? '0'.repeat(40),
    after: push.after,
    created: push.before === undefined,
    deleted: false,
    forced: false,
    repository: { full_name: push.repository, clone_url: `https://github.com/${push.repository}.git` },
    pusher: { name: 'ada' },
    head_commit: commit,
    commits: [commit],
  });
}

async function send(
  { deliveryId = randomUUID(), secret, url }: Pick<PushToSend, 'url' | 'secret' | 'deliveryId'>,
  event: string,
  payload: object,
): Promise<{ status: number; body: unknown }> {
  const body = JSON.stringify(payload);
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/demo',
      'x-github-event': event,
      'x-github-delivery': deliveryId,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  });
  return { status: response.status, body: await response.json() };
}
