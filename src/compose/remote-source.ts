/**
 * Whether Docker and Compose take a path for a repository or an address elsewhere: it has a scheme, or begins with
 * `github.com/` or `git@`, which they know without one.
 * @see https://docs.docker.com/build/concepts/context/, "Git repositories"
 */
export function isRemoteSource(path: string): boolean {
  return /^[\w+.-]+:|^(?:github\.com\/|git@)/.test(path);
}
