import { z } from 'zod';
import { type ApiAdapter, type ApiOptions, cutDescription, ownerAndName } from '../adapter.ts';
import { type CommitCheck, type CommitState, type GitHostApi, hasNoEnvironments } from '../api.ts';
import { type KnownPlace, serverAddress } from '../clone-url.ts';
import { administration } from './administration.ts';
import { pagePath } from './repository-path.ts';
import { requestApi } from './requests.ts';

const states = {
  pending: 'INPROGRESS',
  success: 'SUCCESSFUL',
  failure: 'FAILED',
  error: 'CANCELLED',
} as const satisfies Record<CommitState, string>;

/** Characters of a key or name; Bitbucket refuses longer ones. */
const maxText = 255;
/** Characters of a link, likewise. */
const maxUrl = 450;
const pageLength = 100;

const Page = z.object({
  values: z.array(z.object({ key: z.string(), name: z.string().nullish(), state: z.string() })),
  isLastPage: z.boolean(),
  nextPageStart: z.number().nullish(),
});

export const api: ApiAdapter = { address, connect };

/** Clone URLs of https have `/scm` between the server's path and the repository. */
function address(cloneUrl: string, { webAddress }: KnownPlace = {}): string | undefined {
  const origin = serverAddress(cloneUrl, { webAddress });
  const path = /^https?:/.test(cloneUrl) ? new URL(cloneUrl).pathname : '';
  if (webAddress || origin === undefined || path === '') return origin;
  const [server] = pagePath(path).split(/(?:^|\/)(?:projects|users)\/[^/]+\/repos\//);
  return server ? `${origin}/${server}` : origin;
}

/**
 * Statuses are written with the repository's own resource and read from the server's, since only that one lists them.
 * @see https://developer.atlassian.com/server/bitbucket/rest/v906/api-group-builds-and-deployments/
 */
function connect({ baseUrl, fetch, token }: ApiOptions): GitHostApi {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  return {
    ...requestApi({ baseUrl, fetch, headers }),
    ...hasNoEnvironments,
    ...administration({ baseUrl, fetch, token }),
    async setStatus(repository, commit, { context, description, state, targetUrl }) {
      const [project, slug] = ownerAndName(repository).map(encodeURIComponent);
      const name = context.slice(0, maxText);
      await fetch(`${baseUrl}/rest/api/latest/projects/${project}/repos/${slug}/commits/${commit}/builds`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({
          key: name,
          name,
          state: states[state],
          description: cutDescription(description),
          url: targetUrl.slice(0, maxUrl),
        }),
      });
    },
    async checksOf(_repository, commit) {
      const checks: CommitCheck[] = [];
      for (let start = 0; ;) {
        const query = new URLSearchParams({ limit: String(pageLength), start: String(start) });
        const answer = await fetch(`${baseUrl}/rest/build-status/latest/commits/${commit}?${query.toString()}`, {
          headers,
        });
        const page = Page.parse(await answer.json());
        for (const { key, name, state } of page.values) checks.push({ name: name ?? key, state: stateOf(state) });
        if (page.isLastPage || page.nextPageStart == null) return checks;
        start = page.nextPageStart;
      }
    },
  };
}

function stateOf(state: string): CommitCheck['state'] {
  if (state === 'SUCCESSFUL') return 'success';
  return state === 'INPROGRESS' || state === 'UNKNOWN' ? 'pending' : 'failure';
}
