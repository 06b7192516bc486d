import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NotFoundError } from '../errors.ts';
import { checkCommit, checkRef, checkUrl } from './check-arguments.ts';
import type { CheckoutRequest, CommitInfo, Git, GitRemote } from './git.ts';
import { commitsBetween, compareCommits, pathsBetween, resolveAbbreviated } from './history.ts';
import { GitFailure, type RunGit, withGit } from './run-git.ts';

/** The git driver. `dataDir` holds its configuration, known hosts and a cache of histories under `git/`. */
export function createGit({ dataDir }: { dataDir: string }): Git {
  const home = resolve(dataDir, 'git');
  return {
    async checkout(request) {
      checkUrl(request.remote.url);
      checkCommit(request.commit);
      await mkdir(request.directory, { recursive: true });
      return withGit(request.remote, { home, directory: request.directory, signal: request.signal }, async (git) => {
        if (!(await isCheckedOut(git, request))) await fetchCommit(git, request);
        await git('checkout', '--quiet', '--force', '--detach', request.commit);
        return describeCommit(git, request.commit);
      });
    },
    async resolve(remote, ref, signal) {
      checkUrl(remote.url);
      checkRef(ref);
      if (/^[0-9a-f]{40}$/.test(ref)) return { commit: ref, kind: 'commit' };
      await mkdir(home, { recursive: true, mode: 0o700 });
      const listed = await withGit(remote, { home, directory: home, signal }, (git) =>
        git('ls-remote', '--', remote.url, 'HEAD', `refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`),
      );
      return fromListing(listed, ref) ?? { commit: await abbreviated(home, remote, ref, signal), kind: 'commit' };
    },
    async changedPaths(remote, from, to, signal) {
      checkRange(remote, from, to);
      return pathsBetween({ home, remote, signal }, from, to);
    },
    async messagesBetween(remote, from, to, signal) {
      checkRange(remote, from, to);
      return commitsBetween({ home, remote, signal }, from, to);
    },
    async compare(remote, from, to, signal) {
      checkRange(remote, from, to);
      return compareCommits({ home, remote, signal }, from, to);
    },
  };
}

function checkRange(remote: GitRemote, from: string, to: string): void {
  checkUrl(remote.url);
  checkCommit(from);
  checkCommit(to);
}

async function isCheckedOut(git: RunGit, { commit, directory }: CheckoutRequest): Promise<boolean> {
  try {
    const [head, top] = (await git('rev-parse', 'HEAD', '--show-toplevel')).trim().split('\n');
    return head === commit && resolve(top ?? '') === resolve(directory);
  } catch (error) {
    if (error instanceof GitFailure) return false;
    throw error;
  }
}

/** Only the commit where the server gives it out by its id; otherwise everything, and the commit from that. */
async function fetchCommit(git: RunGit, { remote, commit }: CheckoutRequest): Promise<void> {
  await git('init', '--quiet');
  try {
    return void (await git('fetch', '--quiet', '--depth=1', '--no-tags', '--', remote.url, commit));
  } catch (error) {
    if (!(error instanceof GitFailure) || !refusesSingleCommits(error.message)) throw error;
  }
  const everything = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
  await git('fetch', '--quiet', '--no-tags', '--', remote.url, ...everything);
  try {
    await git('cat-file', '-e', `${commit}^{commit}`);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new NotFoundError(
      `The repository no longer has the commit ${commit.slice(0, 7)}: its branch was rewritten or deleted. Deploy the branch anew.`,
    );
  }
}

/** The several ways in which servers say that they give out branch and tag heads only, or lack the commit. */
function refusesSingleCommits(output: string): boolean {
  return /unadvertised object|not our ref|couldn't find remote ref|does not support shallow|dumb http/i.test(output);
}

async function describeCommit(git: RunGit, commit: string): Promise<CommitInfo> {
  const [title = '', author = '', committedAt = ''] = (
    await git('show', '--no-patch', '--no-show-signature', '--format=%s%x00%an%x00%cI', commit)
  )
    .trim()
    .split('\0');
  return { commit, title: title.slice(0, 200), author, ...(committedAt && { committedAt }) };
}

type Resolved = Awaited<ReturnType<Git['resolve']>>;

/** A branch wins over a tag of the same name; an annotated tag stands for its commit. */
function fromListing(listed: string, ref: string): Resolved | undefined {
  const found = new Map(listed.split('\n').map((line) => line.split('\t').reverse() as [string, string]));
  const branch = found.get(ref === 'HEAD' ? 'HEAD' : `refs/heads/${ref}`);
  if (branch) return { commit: branch, kind: 'branch' };
  const tag = found.get(`refs/tags/${ref}^{}`) ?? found.get(`refs/tags/${ref}`);
  return tag ? { commit: tag, kind: 'tag' } : undefined;
}

async function abbreviated(home: string, remote: GitRemote, ref: string, signal: AbortSignal): Promise<string> {
  const commit = /^[0-9a-f]{4,39}$/.test(ref) ? await resolveAbbreviated({ home, remote, signal }, ref) : undefined;
  if (commit) return commit;
  throw new NotFoundError(`The repository has no branch, tag or commit \`${ref}\`. Check the name, or push it first.`);
}
