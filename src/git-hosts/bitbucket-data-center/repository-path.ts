import { lastTwo } from '../clone-url.ts';

/** `PROJ/api` of `/scm/PROJ/api.git`, as https clone URLs have it, or of `/PROJ/api.git`, as ssh ones do. */
export function projectAndSlug(path: string): string {
  return lastTwo(path);
}

/** The repository's page, for either kind of clone URL: `projects/PROJ/repos/api`, or `users/ada/repos/api` of `~ada/api`. */
export function pagePath(path: string): string {
  const [project = '', slug = ''] = lastTwo(path)
    .replace(/\.git$/, '')
    .split('/');
  const server = path
    .replace(/^\/+/, '')
    .replace(/\/*[^/]+\/[^/]+\/*$/, '')
    .replace(/(^|\/)scm$/, '');
  const owner = project.startsWith('~') ? `users/${project.slice(1)}` : `projects/${project}`;
  return [server, owner, 'repos', slug].filter((part) => part !== '').join('/');
}

/** The server of a repository's page; undefined for a page of another shape. */
export function serverOfBrowsed(page: string | undefined): string | undefined {
  return /^(https?:\/\/[^?#]+?)\/(?:projects|users)\/[^/]+\/repos\//.exec(page ?? '')?.[1];
}
