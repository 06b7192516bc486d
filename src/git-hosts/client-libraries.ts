import type { GitProvider } from '../entities/git-source.ts';
import type { Adapter } from './adapter.ts';
import { apiAddress } from './api-address.ts';
import { type GitHost, GitHostError, type GitHosts } from './git-host.ts';
import { withTransport } from './transport.ts';

export interface ClientLibrariesOptions {
  /** How long one answer may take, milliseconds (default 10 000). */
  timeoutMs?: number;
  /** Where an API is, when the clone URL does not tell: for hosts behind a path, and for tests. */
  addresses?: Partial<Record<GitProvider, string>>;
}

/** Each is loaded when it is needed first: most installations talk to one host or to none. */
const adapters: Record<GitProvider, () => Promise<Adapter>> = {
  github: async () => (await import('./github.ts')).gitHub,
  gitlab: async () => (await import('./gitlab.ts')).gitLab,
  bitbucket: async () => (await import('./bitbucket.ts')).bitbucket,
  gitea: async () => (await import('./gitea.ts')).gitea,
};

/** The git hosts by their client libraries. */
export function clientLibraries({ addresses = {}, timeoutMs = 10_000 }: ClientLibrariesOptions = {}): GitHosts {
  return {
    open({ cloneUrl, provider, token }) {
      async function call<T>(work: (host: GitHost) => Promise<T>): Promise<T> {
        const baseUrl = addresses[provider] ?? apiAddress(provider, cloneUrl);
        if (baseUrl === undefined) throw new GitHostError('it is cloned from no git host', { refused: true });
        const adapter = await adapters[provider]();
        return withTransport({ token, timeoutMs }, (fetch) => work(adapter({ baseUrl, token, fetch })));
      }
      return {
        setStatus: (repository, commit, status) => call((host) => host.setStatus(repository, commit, status)),
        checksOf: (repository, commit) => call((host) => host.checksOf(repository, commit)),
      };
    },
  };
}
