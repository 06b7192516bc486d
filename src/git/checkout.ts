import { resolve } from 'node:path';
import { NotFoundError } from '../errors.ts';
import { storableText } from '../storable-text.ts';
import type { CheckoutRequest, CommitInfo } from './git.ts';
import { GitFailure, type RunGit } from './run-git.ts';

type Place = Pick<CheckoutRequest, 'remote' | 'commit' | 'directory' | 'ref'>;

/** Fills the request's folder, in which git runs. The request is checked. */
export async function checkOut(git: RunGit, request: Place): Promise<CommitInfo> {
  if (!(await isCheckedOut(git, request))) await fetchCommit(git, request);
  const commit = await peeled(git, request.commit);
  await git.local('checkout', '--quiet', '--force', '--detach', commit);
  return describeCommit(git, commit);
}

/** The commit of an annotated tag, whose own id some hosts send for it. */
async function peeled(git: RunGit, id: string): Promise<string> {
  try {
    return (await git.local('rev-parse', '--verify', '--quiet', '--end-of-options', `${id}^{commit}`)).trim();
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new NotFoundError(`\`${id.slice(0, 7)}\` names no commit. Deploy a branch, a commit, or a tag of a commit.`);
  }
}

async function isCheckedOut(git: RunGit, { commit, directory }: Place): Promise<boolean> {
  try {
    const [head, top] = (await git.local('rev-parse', 'HEAD', '--show-toplevel')).trim().split('\n');
    return head === commit && resolve(top ?? '') === resolve(directory);
  } catch (error) {
    if (error instanceof GitFailure) return false;
    throw error;
  }
}

/** Only the commit where the server gives it out by its id; otherwise everything, and the commit from that. */
async function fetchCommit(git: RunGit, { remote: { url }, commit, ref }: Place): Promise<void> {
  await git.local('init', '--quiet', '--template=');
  try {
    return void (await git.remote('fetch', '--quiet', '--depth=1', '--no-tags', '--', url, commit));
  } catch (error) {
    if (!(error instanceof GitFailure) || !refusesSingleCommits(error.message)) throw error;
  }
  // Requests are outside of branches and tags.
  const more = ref?.startsWith('refs/') ? [`+${ref}:refs/remotes/origin/requested`] : [];
  const everything = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*', ...more];
  await git.remote('fetch', '--quiet', '--no-tags', '--', url, ...everything);
  try {
    await git.local('cat-file', '-e', `${commit}^{commit}`);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new NotFoundError(
      `The repository no longer has the commit ${commit.slice(0, 7)}: its branch was rewritten or deleted. Deploy the branch again.`,
    );
  }
}

/** The several ways in which servers say that they give out branch and tag heads only, or lack the commit. */
function refusesSingleCommits(output: string): boolean {
  return /unadvertised object|not our ref|couldn't find remote ref|does not support shallow|dumb http/i.test(output);
}

async function describeCommit(git: RunGit, commit: string): Promise<CommitInfo> {
  const [title = '', author = '', committedAt = '', email = ''] = (
    await git.local('show', '--no-patch', '--no-show-signature', '--format=%s%x00%an%x00%cI%x00%ae', commit)
  )
    .trim()
    .split('\0');
  return {
    commit,
    title: storableText(title, 200),
    author: storableText(author, 200),
    ...(email && { authorEmail: storableText(email, 200) }),
    ...(committedAt && { committedAt }),
  };
}
