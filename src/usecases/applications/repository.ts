import { type GitProvider, gitProviders } from '../../entities/git-source.ts';
import { UsageError } from '../../errors.ts';
import { checkUrl } from '../../git/check-arguments.ts';

/** Where a repository is and what its host calls it in webhooks. */
export interface Repository {
  url: string;
  provider: GitProvider;
  /** e.g. `acme/api`; what webhooks name it. */
  path: string;
}

const knownHosts: [RegExp, GitProvider][] = [
  [/(^|\.)github\./, 'github'],
  [/(^|\.)gitlab\./, 'gitlab'],
  [/(^|\.)bitbucket\./, 'bitbucket'],
  [/(^|\.)(gitea|forgejo|codeberg)\./, 'gitea'],
];

/**
 * Reads provider and path from the clone URL, as far as they were not given.
 * @throws {UserError} when the URL is refused, or it does not tell the provider.
 */
export function repositoryOf(
  url: string,
  given: { provider?: GitProvider | undefined; path?: string | undefined },
): Repository {
  const { host, path } = splitUrl(url);
  const provider = given.provider ?? knownHosts.find(([pattern]) => pattern.test(host))?.[1];
  if (!provider) {
    throw new UsageError(`Which git host is \`${host || url}\`? Say it with \`--provider ${gitProviders.join('|')}\`.`);
  }
  return { url, provider, path: requirePath(given.path ?? path) };
}

/** Understands https, ssh and git URLs, `git@host:owner/name`, and local paths. */
function splitUrl(url: string): { host: string; path: string } {
  checkUrl(url);
  if (url.startsWith('/')) return { host: '', path: url.split('/').slice(-2).join('/') };
  const scp = /^[\w.-]+@([\w.-]+):(?!\/\/)(.+)$/.exec(url);
  if (scp) return { host: scp[1] ?? '', path: scp[2] ?? '' };
  const { hostname, pathname } = new URL(url);
  return { host: hostname, path: pathname };
}

function requirePath(raw: string): string {
  const path = raw
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  if (path.length <= 500 && /^[\w.~-]+(\/[\w.~-]+)+$/.test(path)) return path;
  throw new UsageError(`\`${raw}\` is no repository path. Say it with \`--repository owner/name\`.`);
}
