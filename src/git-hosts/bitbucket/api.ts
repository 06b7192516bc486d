import { createHash } from 'node:crypto';
import client from 'bitbucket/lib/index.umd.js';
import { type ApiAdapter, type ApiOptions, cutDescription, ownerAndName } from '../adapter.ts';
import { type CommitCheck, type CommitState, type GitHostApi, hasNoEnvironments } from '../api.ts';
import { administration } from './administration.ts';
import { requestApi } from './requests.ts';

const states = {
  pending: 'INPROGRESS',
  success: 'SUCCESSFUL',
  failure: 'FAILED',
  error: 'STOPPED',
} as const satisfies Record<CommitState, string>;

/** Characters; Bitbucket refuses longer keys. */
const maxKey = 40;
const pageLength = 100;

export const api: ApiAdapter = { address: () => 'https://api.bitbucket.org/2.0', connect };

function connect({ baseUrl, fetch, token }: ApiOptions): GitHostApi {
  const request = { fetch: async (url: string, init?: RequestInit) => withType(await fetch(url, init)) };
  const all = new client.Bitbucket({ baseUrl, auth: authOf(token), notice: false, request });
  const { repositories } = all;
  return {
    ...requestApi(all),
    ...hasNoEnvironments,
    ...administration(repositories),
    async setStatus(repository, commit, { context, description, state, targetUrl }) {
      const [workspace, repo_slug] = ownerAndName(repository);
      await repositories.createCommitBuildStatus({
        workspace,
        repo_slug,
        commit,
        _body: {
          type: 'build',
          key: keyOf(context),
          name: context.slice(0, 255),
          state: states[state],
          description: cutDescription(description),
          url: targetUrl,
        },
      });
    },
    async checksOf(repository, commit) {
      const [workspace, repo_slug] = ownerAndName(repository);
      const checks: CommitCheck[] = [];
      for (let page = 1; ; page += 1) {
        const { data } = await repositories.listCommitStatuses({
          workspace,
          repo_slug,
          commit,
          pagelen: pageLength,
          page: String(page),
        });
        for (const { key, name, state } of data.values ?? [])
          checks.push({ name: name ?? key ?? '', state: stateOf(state) });
        if (!data.next) return checks;
      }
    },
  };
}

/** The library reads the type of every answer, also of a removal's, which has none. */
function withType(response: Response): Response {
  if (!response.headers.has('content-type')) response.headers.set('content-type', 'text/plain');
  return response;
}

/** App passwords and API tokens include a user: `ada@example.com:ATATT…`. Access tokens do not. */
function authOf(token: string): { token: string } | { username: string; password: string } {
  const [username, ...password] = token.split(':');
  return username && password.length > 0 ? { username, password: password.join(':') } : { token };
}

function keyOf(context: string): string {
  if (context.length <= maxKey) return context;
  const digest = createHash('sha256').update(context).digest('hex').slice(0, 8);
  return `${context.slice(0, maxKey - digest.length - 1)}-${digest}`;
}

function stateOf(state: string | undefined): CommitCheck['state'] {
  if (state === 'SUCCESSFUL') return 'success';
  return state === 'INPROGRESS' ? 'pending' : 'failure';
}
