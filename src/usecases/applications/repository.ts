import { type GitProvider, gitProviders } from '../../entities/git-provider.ts';
import type { Application, SourceType } from '../../entities/application.ts';
import { UsageError } from '../../errors.ts';
import { parseCloneUrl } from '../../git-hosts/clone-url.ts';
import { gitHosts, recogniseGitHost } from '../../git-hosts/registry.ts';
import { rightSpelling, schemeless } from '../../git-hosts/repository-spelling.ts';
import { whyUnsupported } from '../../git-hosts/unsupported-hosts.ts';
import { withoutAccount } from '../../git-hosts/clone-account.ts';
import { checkUrl } from '../../git/check-arguments.ts';
import { quoted } from '../../quoted.ts';

/** Where a repository is and what its host calls it in webhooks. */
export interface Repository {
  url: string;
  /** Null for a plain git server. */
  provider: GitProvider | null;
  /** e.g. `acme/api`; what webhooks name it. */
  path: string;
}

/** What people may say of a repository; `none` is a plain git server, which sends no webhooks. */
export const repositoryProviders = [...gitProviders, 'none'] as const;
export type RepositoryProvider = (typeof repositoryProviders)[number];

/** How the row of an application names its origin: that of a compose file keeps the git host in `source_config`. */
export function originOf(
  type: Application['type'],
  { provider }: Pick<Repository, 'provider'>,
): { sourceType: SourceType; provider?: GitProvider } {
  if (type !== 'compose') return { sourceType: provider ?? 'git' };
  return { sourceType: 'docker_compose', ...(provider && { provider }) };
}

/**
 * The address to clone from, without the account that some hosts write into it.
 * @param path What the host calls the repository, where that was given.
 * @throws {UserError} when it is refused.
 */
export function readCloneUrl(given: string, path?: string): string {
  const withScheme = schemeless(given);
  if (withScheme !== undefined) throw misspelt(withScheme);
  const url = withoutAccount(given);
  checkUrl(url);
  const right = rightSpelling(url, path);
  if (right !== undefined) throw misspelt(right);
  return url;
}

function misspelt(right: string): UsageError {
  return new UsageError(`That is not the address to clone from. Use ${quoted(right)}.`);
}

/**
 * Reads provider and path from the clone URL unless they are given.
 * @throws {UserError} when the URL is refused or does not reveal the provider.
 */
export function identifyRepository(
  raw: string,
  given: { provider?: RepositoryProvider | undefined; path?: string | undefined },
): Repository {
  const url = readCloneUrl(raw, given.path);
  const { hostname, path } = partsOf(url);
  if (given.provider === 'none')
    return { url, provider: null, path: requirePath(given.path ?? path, /^[\w.~-]+(\/[\w.~-]+)*$/) };
  const unsupported = whyUnsupported(url);
  if (unsupported !== undefined && given.provider === undefined) throw new UsageError(unsupported);
  const provider = given.provider ?? recogniseGitHost(hostname);
  if (!provider) {
    throw new UsageError(
      `Which git host is ${quoted(hostname || url)}? Specify it with \`--provider ${gitProviders.join('|')}\`, or \`--provider none\` for a server without webhooks.`,
    );
  }
  return { url, provider, path: requirePath(given.path ?? gitHosts[provider].repositoryIn(path)) };
}

/** A local path has no host; its last two folders name the repository. */
function partsOf(url: string): { hostname: string; path: string } {
  return parseCloneUrl(url) ?? { hostname: '', path: url.split('/').slice(-2).join('/') };
}

function requirePath(raw: string, pattern = /^[\w.~-]+(\/[\w.~-]+)+$/): string {
  const path = raw
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  if (path.length <= 500 && pattern.test(path)) return path;
  throw new UsageError(`${quoted(raw)} is not a repository path. Specify one with \`--repository owner/name\`.`);
}
