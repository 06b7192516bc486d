import { z } from 'zod';
import type { CommitState } from '../../src/git-hosts/api.ts';
import type { FakeGitHosts, HostRequest, Refusal } from './fake-git-hosts.ts';

/** Undefined for a request to another host's API. */
type Dialect = (hosts: FakeGitHosts, request: HostRequest) => Refusal | undefined;

const commit = '(?<commit>[0-9a-f]{40})';
const ownerAndName = '(?<repository>[^/]+/[^/]+)';

/** @see https://docs.github.com/en/rest/commits/statuses */
const gitHubStatus = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().max(255),
  description: z.string().max(140),
  target_url: z.url(),
});

/** @see https://docs.gitlab.com/api/commits/#set-commit-pipeline-status */
const gitLabStatus = z.object({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  name: z.string().max(255),
  description: z.string().max(255),
  target_url: z.url().max(255).optional(),
});

/** @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses */
const bitbucketStatus = z.object({
  key: z.string().max(40),
  name: z.string().max(255),
  state: z.enum(['INPROGRESS', 'SUCCESSFUL', 'FAILED', 'STOPPED']),
  description: z.string().max(255),
  url: z.url(),
});

/** @see https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-builds-and-deployments/ */
const dataCenterStatus = z.object({
  key: z.string().max(255),
  name: z.string().max(255),
  state: z.enum(['INPROGRESS', 'SUCCESSFUL', 'FAILED', 'CANCELLED']),
  description: z.string().max(255),
  url: z.url().max(450),
});

const fromGitLab = {
  pending: 'pending',
  running: 'pending',
  success: 'success',
  failed: 'failure',
  canceled: 'error',
  skipped: 'error',
} as const;
const fromBitbucket = { INPROGRESS: 'pending', SUCCESSFUL: 'success', FAILED: 'failure', STOPPED: 'error' } as const;
const fromDataCenter = { INPROGRESS: 'pending', SUCCESSFUL: 'success', FAILED: 'failure', CANCELLED: 'error' } as const;
const toBitbucket = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED' } as const;
const toGitLab = { pending: 'running', success: 'success', failure: 'failed' } as const;

function match(pattern: string, { method, url }: HostRequest): Record<string, string> | undefined {
  const groups = new RegExp(`^${pattern}$`).exec(`${method} ${url.pathname}`)?.groups;
  return groups && { ...groups };
}

interface Wording {
  context: string;
  state: CommitState;
  description: string;
  targetUrl: string | undefined;
}

function receive<T>(
  hosts: FakeGitHosts,
  { commit: id = '', repository = '' }: Record<string, string>,
  schema: z.ZodType<T>,
  body: unknown,
  word: (status: T) => Wording,
  invalid = 422,
): Refusal {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return { status: invalid, body: { message: z.prettifyError(parsed.error) } };
  hosts.received.push({ repository: decodeURIComponent(repository), commit: id, ...word(parsed.data) });
  return { status: 201, body };
}

/** Half of the checks are check runs, half are statuses, each with an older word that no longer counts. */
function gitHub(hosts: FakeGitHosts, request: HostRequest): Refusal | undefined {
  const set = match(`POST /api/v3/repos/${ownerAndName}/statuses/${commit}`, request);
  if (set) {
    return receive(hosts, set, gitHubStatus, request.body, ({ target_url: targetUrl, ...rest }) => ({
      ...rest,
      targetUrl,
    }));
  }
  const half = Math.ceil(hosts.checks.length / 2);
  if (match(`GET /api/v3/repos/${ownerAndName}/commits/${commit}/check-runs`, request)) {
    const check_runs = hosts.checks.slice(0, half).map(({ name, state }) => ({
      name,
      status: state === 'pending' ? 'in_progress' : 'completed',
      conclusion: state === 'pending' ? null : state,
    }));
    return { status: 200, body: { total_count: check_runs.length, check_runs } };
  }
  if (!match(`GET /api/v3/repos/${ownerAndName}/commits/${commit}/statuses`, request)) return undefined;
  const newest = hosts.checks.slice(half).map(({ name, state }) => ({ context: name, state }));
  return linkedPage(hosts, request, [...newest, ...newest.map(({ context }) => ({ context, state: 'error' }))]);
}

function gitLab(hosts: FakeGitHosts, request: HostRequest): Refusal | undefined {
  const set = match(`POST /api/v4/projects/(?<repository>[^/]+)/statuses/${commit}`, request);
  if (set) {
    const { name, state } = request.body;
    const last = hosts.received.findLast((status) => status.commit === set['commit'] && status.context === name);
    if (state === 'running' && last?.state === 'pending') {
      return {
        status: 400,
        body: {
          message: 'Cannot transition status via :run from :running (Reason(s): Status cannot transition via "run")',
        },
      };
    }
    const word = ({
      name: context,
      state: said,
      description,
      target_url: targetUrl,
    }: z.infer<typeof gitLabStatus>) => ({
      context,
      state: fromGitLab[said],
      description,
      targetUrl,
    });
    return receive(hosts, set, gitLabStatus, request.body, word, 400);
  }
  if (!match(`GET /api/v4/projects/[^/]+/repository/commits/${commit}/statuses`, request)) return undefined;
  const statuses = hosts.checks.map(({ name, state }) => ({ name, status: toGitLab[state], allow_failure: false }));
  return linkedPage(hosts, request, statuses);
}

function bitbucket(hosts: FakeGitHosts, request: HostRequest): Refusal | undefined {
  const set = match(`POST /2.0/repositories/${ownerAndName}/commit/${commit}/statuses/build`, request);
  if (set) {
    const word = ({ description, name, state, url }: z.infer<typeof bitbucketStatus>) => ({
      context: name,
      state: fromBitbucket[state],
      description,
      targetUrl: url,
    });
    return receive(hosts, set, bitbucketStatus, request.body, word, 400);
  }
  if (!match(`GET /2.0/repositories/${ownerAndName}/commit/${commit}/statuses`, request)) return undefined;
  const values = page(hosts.checks, request, 1).map(({ name, state }) => ({
    key: name.slice(0, 40),
    name,
    state: toBitbucket[state],
  }));
  const at = Number(request.url.searchParams.get('page') ?? 1);
  return { status: 200, body: { values, ...(at < hosts.checks.length && { next: 'the next page' }) } };
}

function bitbucketDataCenter(hosts: FakeGitHosts, request: HostRequest): Refusal | undefined {
  const builds = `POST /rest/api/latest/projects/(?<project>[^/]+)/repos/(?<slug>[^/]+)/commits/${commit}/builds`;
  const set = match(builds, request);
  if (set) {
    const word = ({ description, name, state, url }: z.infer<typeof dataCenterStatus>) => ({
      context: name,
      state: fromDataCenter[state],
      description,
      targetUrl: url,
    });
    const where = { ...set, repository: `${set['project']}/${set['slug']}` };
    return receive(hosts, where, dataCenterStatus, request.body, word, 400);
  }
  if (!match(`GET /rest/build-status/latest/commits/${commit}`, request)) return undefined;
  const length = 2;
  const start = Number(request.url.searchParams.get('start') ?? 0);
  const values = hosts.checks
    .slice(start, start + length)
    .map(({ name, state }) => ({ key: name, name, state: toBitbucket[state] }));
  const isLastPage = start + length >= hosts.checks.length;
  return {
    status: 200,
    body: {
      size: values.length,
      limit: length,
      start,
      isLastPage,
      values,
      nextPageStart: isLastPage ? null : start + length,
    },
  };
}

function gitea(hosts: FakeGitHosts, request: HostRequest): Refusal | undefined {
  const set = match(`POST /api/v1/repos/${ownerAndName}/statuses/${commit}`, request);
  if (set) {
    return receive(hosts, set, gitHubStatus, request.body, ({ target_url: targetUrl, ...rest }) => ({
      ...rest,
      targetUrl,
    }));
  }
  if (!match(`GET /api/v1/repos/${ownerAndName}/commits/${commit}/status`, request)) return undefined;
  const statuses = page(hosts.checks, request, 2).map(({ name, state }) => ({ context: name, status: state }));
  return { status: 200, body: { state: 'pending', statuses, total_count: hosts.checks.length } };
}

/** GitHub and GitLab say in a header where the next page is. */
function linkedPage(hosts: FakeGitHosts, request: HostRequest, all: unknown[]): Refusal {
  const length = 2;
  const next = new URL(request.url.pathname + request.url.search, hosts.url);
  const at = Number(next.searchParams.get('page') ?? 1);
  next.searchParams.set('page', String(at + 1));
  const more = at * length < all.length;
  return {
    status: 200,
    body: page(all, request, length),
    ...(more && { headers: { link: `<${next.href}>; rel="next"` } }),
  };
}

/** Hosts give fewer than they are asked for. */
function page<T>(checks: T[], { url }: HostRequest, length: number): T[] {
  const at = Number(url.searchParams.get('page') ?? 1) - 1;
  return checks.slice(at * length, (at + 1) * length);
}

export const dialects: Dialect[] = [gitHub, gitLab, bitbucket, bitbucketDataCenter, gitea];
