import type { SourceType } from '../entities/application.ts';
import { parseCloneUrl, repositoryPage } from './clone-url.ts';
import type { GitHostPages } from './git-host.ts';
import { gitHosts, recogniseGitHost } from './registry.ts';

/**
 * The page on which the git host shows what lies between two commits; undefined for a host we do not know and for
 * local paths.
 * @param cloneUrl https, or ssh in either form; the pages are on the same server.
 */
export function compareUrl(
  sourceType: SourceType,
  cloneUrl: string,
  { from, to }: { from: string; to: string },
): string | undefined {
  return pageUrl(sourceType, cloneUrl, (pages) => pages.comparePath(from, to));
}

/** The page of one commit; undefined as for `compareUrl`. */
export function commitUrl(sourceType: SourceType, cloneUrl: string, commit: string): string | undefined {
  return pageUrl(sourceType, cloneUrl, (pages) => pages.commitPath(commit));
}

function pageUrl(
  sourceType: SourceType,
  cloneUrl: string,
  pathIn: (pages: GitHostPages) => string,
): string | undefined {
  const id = isGitHost(sourceType) ? sourceType : recogniseGitHost(parseCloneUrl(cloneUrl)?.hostname ?? '');
  if (!id) return undefined;
  const { pages } = gitHosts[id];
  const repository = repositoryPage(cloneUrl, pages.repositoryPath);
  return repository && `${repository}/${pathIn(pages)}`;
}

function isGitHost(sourceType: SourceType): sourceType is keyof typeof gitHosts {
  return sourceType in gitHosts;
}
