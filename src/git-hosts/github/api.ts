import { Octokit } from '@octokit/rest';
import { type ApiAdapter, type ApiOptions, cutDescription, ownerAndName } from '../adapter.ts';
import type { CommitCheck, GitHostApi } from '../api.ts';
import { type KnownPlace, serverAddress } from '../clone-url.ts';
import { userAgent } from '../../version.ts';
import { administration } from './administration.ts';
import { requestApi } from './requests.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Conclusions of a check run that hold nothing against the commit, as for GitHub's own required checks. */
const harmless = new Set(['success', 'neutral', 'skipped']);

export const api: ApiAdapter = { address, connect };

/** Enterprise Server serves it under a path, Enterprise Cloud with data residency under a name of its own. */
function address(cloneUrl: string, known?: KnownPlace): string | undefined {
  const server = serverAddress(cloneUrl, known);
  if (server === undefined) return undefined;
  const { hostname } = new URL(server);
  if (hostname === 'github.com' || hostname === 'ssh.github.com') return 'https://api.github.com';
  return hostname.endsWith('.ghe.com') ? `https://api.${hostname}` : `${server}/api/v3`;
}

function connect({ baseUrl, fetch, token }: ApiOptions): GitHostApi {
  const octokit = new Octokit({ auth: token, baseUrl, userAgent, log: silent, request: { fetch } });
  return {
    ...requestApi(octokit),
    ...administration(octokit),
    async setStatus(repository, commit, { context, description, state, targetUrl }) {
      const [owner, repo] = ownerAndName(repository);
      await octokit.rest.repos.createCommitStatus({
        owner,
        repo,
        sha: commit,
        state,
        context: context.slice(0, 255),
        description: cutDescription(description),
        target_url: targetUrl,
      });
    },
    async createDeployment(repository, { commit, environment, isPreview }) {
      const [owner, repo] = ownerAndName(repository);
      const { data } = await octokit.rest.repos.createDeployment({
        owner,
        repo,
        ref: commit,
        environment,
        // It is decided already: nothing is merged, and no check is waited for.
        auto_merge: false,
        required_contexts: [],
        transient_environment: isPreview,
        production_environment: !isPreview,
      });
      return 'id' in data ? String(data.id) : undefined;
    },
    async reportDeployment(repository, id, { description, logUrl, state, url }) {
      const [owner, repo] = ownerAndName(repository);
      await octokit.rest.repos.createDeploymentStatus({
        owner,
        repo,
        deployment_id: Number(id),
        state,
        description: cutDescription(description),
        log_url: logUrl,
        ...(url !== undefined && { environment_url: url }),
        auto_inactive: false,
      });
    },
    async checksOf(repository, commit) {
      const [owner, repo] = ownerAndName(repository);
      const which = { owner, repo, ref: commit, per_page: 100 };
      const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...which, filter: 'latest' });
      const statuses = await octokit.paginate(octokit.rest.repos.listCommitStatusesForRef, which);
      const checks = runs.map(({ conclusion, name, status }) => ({ name, state: ofRun(status, conclusion) }));
      // Newest first; older ones are superseded.
      const newest = new Map(statuses.reverse().map((status) => [status.context, status]));
      return [
        ...checks,
        ...[...newest.values()].map(({ context, state }) => ({ name: context, state: ofStatus(state) })),
      ];
    },
  };
}

function ofRun(status: string, conclusion: string | null): CommitCheck['state'] {
  if (status !== 'completed') return 'pending';
  return harmless.has(conclusion ?? '') ? 'success' : 'failure';
}

function ofStatus(state: string): CommitCheck['state'] {
  return state === 'success' || state === 'pending' ? state : 'failure';
}
