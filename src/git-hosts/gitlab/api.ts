import { Commits } from '@gitbeaker/rest';
import { type ApiAdapter, type ApiOptions, cutDescription } from '../adapter.ts';
import { type CommitCheck, type CommitState, type GitHostApi, GitHostError, hasNoEnvironments } from '../api.ts';
import { serverAddress } from '../clone-url.ts';
import { administration } from './administration.ts';
import { deliveries } from './deliveries.ts';
import { gitLabRequester } from './requester.ts';
import { requestApi } from './requests.ts';

const states = {
  pending: 'running',
  success: 'success',
  failure: 'failed',
  error: 'canceled',
} as const satisfies Record<CommitState, string>;

/** GitLab refuses longer ones. */
const maxText = 255;

export const api: ApiAdapter = { address: serverAddress, connect };

function connect({ baseUrl, fetch, token }: ApiOptions): GitHostApi {
  const options = { host: baseUrl, oauthToken: token, requesterFn: gitLabRequester(fetch) };
  const commits = new Commits(options);
  return {
    ...requestApi(options),
    ...hasNoEnvironments,
    ...administration(options),
    ...deliveries({ baseUrl, fetch, token }),
    async setStatus(repository, commit, { context, description, state, targetUrl }) {
      try {
        await commits.editStatus(repository, commit, states[state], {
          name: context.slice(0, maxText),
          description: cutDescription(description),
          ...(targetUrl.length <= maxText && { targetUrl }),
        });
      } catch (error) {
        if (!isThereAlready(error)) throw error;
      }
    },
    async checksOf(repository, commit) {
      const statuses = await commits.allStatuses(repository, commit, { all: false });
      return statuses.map((status) => ({ name: status.name, state: stateOf(status.status, status.allow_failure) }));
    },
  };
}

/** A status cannot go from `running` to `running`. */
function isThereAlready(error: unknown): boolean {
  return error instanceof GitHostError && error.status === 400 && error.message.includes('Cannot transition status');
}

function stateOf(status: string, mayFail: boolean): CommitCheck['state'] {
  if (status === 'success' || status === 'skipped') return 'success';
  if (status === 'failed' || status === 'canceled') return mayFail ? 'success' : 'failure';
  // Those that wait for a person hold up nothing when they may fail.
  return status === 'manual' && mayFail ? 'success' : 'pending';
}
