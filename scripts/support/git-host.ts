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
  const body = JSON.stringify({
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
  const response = await fetch(push.url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/demo',
      'x-github-event': 'push',
      'x-github-delivery': push.deliveryId ?? randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', push.secret).update(body).digest('hex')}`,
    },
  });
  return { status: response.status, body: await response.json() };
}
