import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyedQueue, enqueueUntil } from '../serial-queue.ts';
import { storableText } from '../storable-text.ts';
import type { CommitComparison, CommitInfo, GitRemote } from './git.ts';
import { GitFailure, type GitWorkplace, type RunGit, withGit } from './run-git.ts';

/** Most commits to read for skip keywords; more than any host puts into a payload. */
const maxCommits = 5_000;

const everything = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];

/** More are of no use to a person. */
const maxListed = 250;

/** A repository to ask, and what git asks it with. */
export interface Source extends GitWorkplace {
  remote: GitRemote;
  signal: AbortSignal;
}

/** One fetch at a time into the history of a remote; the next caller finds it filled. */
const inTurn = createKeyedQueue();

/** Paths that differ; undefined when the remote lacks one of the commits. */
export function pathsBetween(source: Source, from: string, to: string): Promise<string[] | undefined> {
  return withHistory(source, [from, to], async (git) => {
    if (!(await findCommits(git, [from, to]))) return undefined;
    const output = await git.local('diff', '--name-only', '--no-renames', '-z', from, to, '--');
    return output.split('\0').filter((path) => path !== '');
  });
}

/** Messages of the commits that `to` has and `from` has not, newest first. */
export function commitsBetween(source: Source, from: string, to: string): Promise<string[] | undefined> {
  return withHistory(source, [from, to], async (git) => {
    if (!(await findCommits(git, [from, to]))) return undefined;
    const output = await git.local('log', `--max-count=${maxCommits}`, '--format=%B%x00', `${from}..${to}`, '--');
    return output
      .split('\0')
      .map((message) => message.trim())
      .filter((message) => message !== '');
  });
}

/** Which commits `to` has and `from` has not, and how many it is the other way round. */
export function compareCommits(source: Source, from: string, to: string): Promise<CommitComparison | undefined> {
  return withHistory(source, [from, to], async (git) => {
    if (!(await findCommits(git, [from, to]))) return undefined;
    const counts = await git.local('rev-list', '--count', '--left-right', `${from}...${to}`, '--');
    const [dropped = 0, count = 0] = counts.trim().split('\t').map(Number);
    const format = '--format=%H%x00%s%x00%an%x00';
    const output = await git.local(
      'log',
      `--max-count=${maxListed}`,
      '--no-show-signature',
      format,
      `${from}..${to}`,
      '--',
    );
    return { commits: listed(output), count, dropped };
  });
}

/** Three fields a commit, each with a NUL behind it. */
function listed(output: string): CommitInfo[] {
  const fields = output.split('\0');
  return Array.from({ length: Math.floor(fields.length / 3) }, (_, at) => {
    const [commit = '', title = '', author = ''] = fields.slice(at * 3, at * 3 + 3);
    return { commit: commit.trim(), title: storableText(title, 200), author: storableText(author, 200) };
  });
}

/** The full id of an abbreviated one; undefined when none or several begin so. */
export function resolveAbbreviated(source: Source, prefix: string): Promise<string | undefined> {
  return withHistory(source, [], async (git) => {
    try {
      return (
        (await git.local('rev-parse', '--verify', '--quiet', '--end-of-options', `${prefix}^{commit}`)).trim() ||
        undefined
      );
    } catch (error) {
      if (error instanceof GitFailure) return undefined;
      throw error;
    }
  });
}

/**
 * A bare repository per remote with commits and trees but no file contents. Where it has all of `commits`, the remote is
 * not asked: a push is compared for each of its applications.
 */
async function withHistory<T>(source: Source, commits: string[], work: (git: RunGit) => Promise<T>): Promise<T> {
  const { home, remote, signal } = source;
  const directory = join(home, 'history', `${createHash('sha256').update(remote.url).digest('hex').slice(0, 32)}.git`);
  return enqueueUntil(
    signal,
    (task) => inTurn(directory, task),
    async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      return withGit(remote, { ...source, directory }, async (git) => {
        const isKept = existsSync(join(directory, 'HEAD'));
        if (!isKept || !(await hasCommits(git, commits))) await updateAnew(git, remote.url, directory);
        return work(git);
      });
    },
  );
}

/** Recreates the cache when a killed git has left lock files in it. */
async function updateAnew(git: RunGit, url: string, directory: string): Promise<void> {
  try {
    await update(git, url);
  } catch (error) {
    if (!(error instanceof GitFailure) || !/\.lock': File exists|could not lock/i.test(error.message)) throw error;
    for (const entry of await readdir(directory)) await rm(join(directory, entry), { recursive: true, force: true });
    await update(git, url);
  }
}

async function update(git: RunGit, url: string): Promise<void> {
  await git.local('init', '--quiet', '--bare', '--template=');
  // A partial clone needs a named remote.
  await git.local('config', 'remote.origin.url', url);
  await git.local('config', 'remote.origin.promisor', 'true');
  await git.local('config', 'remote.origin.partialCloneFilter', 'blob:none');
  await fetchHistory(git, '--prune', ...everything);
}

/**
 * Fetches commits and trees. With a depth that means "all of it" a server of git's old file protocol is refused by git;
 * it knows no filter and would be asked for every missing file by itself.
 * @see https://git-scm.com/docs/shallow, "infinite depth"
 */
async function fetchHistory(git: RunGit, ...args: string[]): Promise<void> {
  const options = ['--quiet', '--no-tags', '--filter=blob:none'];
  try {
    await git.remote('fetch', ...options, '--depth=2147483647', 'origin', ...args);
  } catch (error) {
    // A server of the newer protocol that knows no depth is none of the old one.
    if (!(error instanceof GitFailure) || !knowsNoDepth(error.message)) throw error;
    await git.remote('fetch', ...options, 'origin', ...args);
  }
}

function knowsNoDepth(output: string): boolean {
  return /does not support shallow|expected shallow/i.test(output) && !/dumb http/i.test(output);
}

async function hasCommits(git: RunGit, commits: string[]): Promise<boolean> {
  for (const commit of commits) {
    if (!(await hasCommit(git, commit))) return false;
  }
  return commits.length > 0;
}

async function findCommits(git: RunGit, commits: string[]): Promise<boolean> {
  for (const commit of commits) {
    if (!(await hasCommit(git, commit)) && !(await fetchLost(git, commit))) return false;
  }
  return true;
}

async function hasCommit(git: RunGit, commit: string): Promise<boolean> {
  try {
    await git.local('cat-file', '-e', `${commit}^{commit}`);
    return true;
  } catch (error) {
    if (error instanceof GitFailure) return false;
    throw error;
  }
}

/** A commit that no branch leads to any more; some servers give it out all the same. */
async function fetchLost(git: RunGit, commit: string): Promise<boolean> {
  try {
    await fetchHistory(git, commit);
  } catch (error) {
    if (error instanceof GitFailure) return false;
    throw error;
  }
  return hasCommit(git, commit);
}
