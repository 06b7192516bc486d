import type { Application } from '../entities/application.ts';
import { parseCloneUrl, repositoryPage } from './clone-url.ts';
import type { GitHostPages } from './git-host.ts';
import { gitHosts, recogniseGitHost } from './registry.ts';

/** What tells which host has an application's repository, and where. */
type Origin = Pick<Application, 'sourceType' | 'sourceConfig'>;

/**
 * The page on which the git host shows what lies between two commits; undefined for a host we do not know and for
 * local paths. It is on the server of the clone URL, be that https or ssh.
 */
export function compareUrl(origin: Origin, { from, to }: { from: string; to: string }): string | undefined {
  return pageUrl(origin, (pages) => pages.comparePath(from, to));
}

/** The page of one commit; undefined as for `compareUrl`. */
export function commitUrl(origin: Origin, commit: string): string | undefined {
  return pageUrl(origin, (pages) => pages.commitPath(commit));
}

function pageUrl({ sourceType, sourceConfig }: Origin, pathIn: (pages: GitHostPages) => string): string | undefined {
  const { clone_url: cloneUrl = '', provider = sourceType } = sourceConfig;
  const id = isGitHost(provider) ? provider : recogniseGitHost(parseCloneUrl(cloneUrl)?.hostname ?? '');
  if (!id) return undefined;
  const { pages } = gitHosts[id];
  const repository = repositoryPage(cloneUrl, pages.repositoryPath);
  return repository && `${repository}/${pathIn(pages)}`;
}

function isGitHost(name: string): name is keyof typeof gitHosts {
  return Object.hasOwn(gitHosts, name);
}
