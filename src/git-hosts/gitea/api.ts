import { giteaApi } from 'gitea-js';
import { type ApiAdapter, type ApiOptions, cutDescription, ownerAndName } from '../adapter.ts';
import { type CommitCheck, type GitHostApi, hasNoEnvironments } from '../api.ts';
import { serverAddress } from '../clone-url.ts';
import { administration } from './administration.ts';
import { requestApi } from './requests.ts';

const pageLength = 50;

export const api: ApiAdapter = { address: serverAddress, connect };

function connect({ baseUrl, fetch, token }: ApiOptions): GitHostApi {
  const { repos } = giteaApi(baseUrl, { token, customFetch: fetch });
  return {
    ...requestApi({ repos }),
    ...hasNoEnvironments,
    ...administration(repos),
    async setStatus(repository, commit, { context, description, state, targetUrl }) {
      const [owner, repo] = ownerAndName(repository);
      await repos.repoCreateStatus(owner, repo, commit, {
        state,
        context: context.slice(0, 255),
        description: cutDescription(description),
        target_url: targetUrl,
      });
    },
    async checksOf(repository, commit) {
      const [owner, repo] = ownerAndName(repository);
      const checks: CommitCheck[] = [];
      for (let page = 1; ; page += 1) {
        const { data } = await repos.repoGetCombinedStatusByRef(owner, repo, commit, { page, limit: pageLength });
        const statuses = data.statuses ?? [];
        for (const { context = '', status } of statuses) checks.push({ name: context, state: stateOf(status) });
        if (statuses.length === 0 || checks.length >= (data.total_count ?? 0)) return checks;
      }
    },
  };
}

function stateOf(state: string | undefined): CommitCheck['state'] {
  if (state === 'success' || state === 'skipped') return 'success';
  return state === 'pending' ? 'pending' : 'failure';
}
