import type { GitProvider } from '../entities/git-provider.ts';
import { type GitHostApi, type GitHostApis, GitHostError } from './api.ts';
import { gitHosts } from './registry.ts';
import { withTransport } from './transport.ts';

export interface ClientLibrariesOptions {
  /** How long one answer may take, milliseconds (default 10 000). */
  timeoutMs?: number;
  /** Where an API is, when the clone URL does not tell: for tests. */
  addresses?: Partial<Record<GitProvider, string>>;
}

/** The APIs of the git hosts by their client libraries. */
export function clientLibraries({ addresses = {}, timeoutMs = 10_000 }: ClientLibrariesOptions = {}): GitHostApis {
  return {
    open({ cloneUrl, provider, token, ...known }) {
      async function call<T>(work: (api: GitHostApi) => Promise<T>): Promise<T> {
        const { address, connect } = await gitHosts[provider].loadApi();
        const baseUrl = addresses[provider] ?? address(cloneUrl, known);
        if (baseUrl === undefined) throw new GitHostError('it is not cloned from a git host', { refused: true });
        const ask = async (secret: string) =>
          withTransport({ token: secret, timeoutMs }, (fetch) => work(connect({ baseUrl, token: secret, fetch })));
        if (typeof token === 'string') return ask(token);
        const current = await token.current();
        try {
          return await ask(current);
        } catch (error) {
          if (!(error instanceof GitHostError) || error.status !== 401) throw error;
          return ask(await token.renew(current));
        }
      }
      return {
        setStatus: (repository, commit, status) => call((api) => api.setStatus(repository, commit, status)),
        checksOf: (repository, commit) => call((api) => api.checksOf(repository, commit)),
        createDeployment: (repository, deployment) => call((api) => api.createDeployment(repository, deployment)),
        reportDeployment: (repository, id, report) => call((api) => api.reportDeployment(repository, id, report)),
        mayPush: (repository, person) => call((api) => api.mayPush(repository, person)).catch(falseIfMissing),
        addComment: (repository, number, text) => call((api) => api.addComment(repository, number, text)),
        editComment: (repository, number, id, text) => call((api) => api.editComment(repository, number, id, text)),
        webhooks: (repository) => call((api) => api.webhooks(repository)),
        createWebhook: (repository, wanted) => call((api) => api.createWebhook(repository, wanted)),
        updateWebhook: (repository, id, wanted) => call((api) => api.updateWebhook(repository, id, wanted)),
        removeWebhook: (repository, id) => call((api) => api.removeWebhook(repository, id)),
        addDeployKey: (repository, wanted) => call((api) => api.addDeployKey(repository, wanted)),
        removeDeployKey: (repository, id) => call((api) => api.removeDeployKey(repository, id)),
        failedDeliveries: (repository, hook) => call((api) => api.failedDeliveries(repository, hook)),
        redeliver: (repository, hook, delivery) => call((api) => api.redeliver(repository, hook, delivery)),
        readRepository: (repository) => call((api) => api.readRepository(repository)),
      };
    },
  };
}

/** Some hosts do not know whoever is no member. */
function falseIfMissing(error: unknown): false {
  if (error instanceof GitHostError && error.status === 404) return false;
  throw error;
}
