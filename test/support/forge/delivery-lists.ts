import type { FakeGitHosts, HostRequest, KeptAttempt, Refusal } from '../fake-git-hosts.ts';
import { matchRoute, pageOf } from './requests.ts';

/** The lists of deliveries of the hosts that keep one, the newest first. */
export const deliveryLists = [gitHub, gitLab];

function gitHub(hosts: FakeGitHosts, request: HostRequest): Refusal | undefined {
  const path = '/api/v3/repos/[^/]+/[^/]+/hooks/(?<hook>\\d+)/deliveries';
  return answer(hosts, request, path, 'attempts', 202, ({ delivery, id, status }) => ({
    id,
    guid: delivery,
    status_code: status,
    status: status === 0 ? 'failed to connect to host' : String(status),
    redelivery: false,
    event: 'push',
  }));
}

function gitLab(hosts: FakeGitHosts, request: HostRequest): Refusal | undefined {
  const path = '/api/v4/projects/[^/]+/hooks/(?<hook>\\d+)/events';
  return answer(hosts, request, path, 'resend', 201, ({ delivery, id, status }) => ({
    id,
    trigger: 'push_hooks',
    request_headers: { 'Content-Type': 'application/json', 'Idempotency-Key': delivery },
    response_status: status === 0 ? 'internal error' : String(status),
  }));
}

function answer(
  hosts: FakeGitHosts,
  request: HostRequest,
  path: string,
  again: string,
  accepted: number,
  show: (attempt: KeptAttempt) => unknown,
): Refusal | undefined {
  const found = matchRoute(`${path}(?:/(?<id>\\d+)/${again})?`, request);
  if (!found) return undefined;
  const attempts = hosts.attempts.filter(({ hook }) => hook === found['hook']);
  if (found['id'] === undefined) return pageOf.links(hosts, request, attempts.toReversed().map(show));
  hosts.sentAgain.push(Number(found['id']));
  return { status: accepted, body: {} };
}
