import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import autocannon from 'autocannon';

export const secret = 'bench-secret-of-the-webhook';

export interface Load {
  /** Accepted deliveries. */
  accepted: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Sends pushes, each with an id, a commit and a signature of its own. @throws {Error} when one is refused. */
export async function sendPushes(
  port: number,
  repositories: string[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Load> {
  let sent = 0;
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/webhooks/github`,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => ({ ...request, ...delivery(repositories[sent++ % repositories.length] ?? '') }),
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} errors`);
  const accepted = result['2xx'];
  return { accepted, perSecond: accepted / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
}

function delivery(repository: string) {
  const after = randomBytes(20).toString('hex');
  const commit = { id: after, message: 'Change', author: { name: 'Ada' }, added: [], removed: [], modified: ['a.ts'] };
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    before: 'a'.repeat(40),
    after,
    deleted: false,
    forced: false,
    repository: { full_name: repository },
    pusher: { name: 'ada' },
    head_commit: commit,
    commits: [commit],
  });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}
