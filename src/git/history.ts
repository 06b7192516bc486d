import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyedQueue } from '../serial-queue.ts';
import type { CommitComparison, CommitInfo, GitRemote } from './git.ts';
import { GitFailure, type RunGit, withGit } from './run-git.ts';

/** More than any host puts into a payload: enough to decide on skip keywords. */
const maxCommits = 5_000;

/** More are of no use to a person. */
const maxListed = 250;

interface Source {
  home: string;
  remote: GitRemote;
  signal: AbortSignal;
}

/** One fetch at a time into the history of a remote; the next caller finds it filled. */
const inTurn = createKeyedQueue();

/** Paths that differ; undefined when the remote lacks one of the commits. */
export function pathsBetween(source: Source, from: string, to: string): Promise<string[] | undefined> {
  return withHistory(source, async (git) => {
    if (!(await hasCommits(git, from, to))) return undefined;
    const output = await git('diff', '--name-only', '--no-renames', '-z', from, to, '--');
    return output.split('\0').filter((path) => path !== '');
  });
}

/** Messages of the commits that `to` has and `from` has not, newest first. */
export function commitsBetween(source: Source, from: string, to: string): Promise<string[] | undefined> {
  return withHistory(source, async (git) => {
    if (!(await hasCommits(git, from, to))) return undefined;
    const output = await git('log', `--max-count=${maxCommits}`, '--format=%B%x00', `${from}..${to}`, '--');
    return output
      .split('\0')
      .map((message) => message.trim())
      .filter((message) => message !== '');
  });
}

/** Which commits `to` has and `from` has not, and how many it is the other way round. */
export function compareCommits(source: Source, from: string, to: string): Promise<CommitComparison | undefined> {
  return withHistory(source, async (git) => {
    if (!(await hasCommits(git, from, to))) return undefined;
    const counts = await git('rev-list', '--count', '--left-right', `${from}...${to}`, '--');
    const [dropped = 0, count = 0] = counts.trim().split('\t').map(Number);
    const format = '--format=%H%x00%s%x00%an%x00';
    const output = await git('log', `--max-count=${maxListed}`, '--no-show-signature', format, `${from}..${to}`, '--');
    return { commits: listed(output), count, dropped };
  });
}

/** Three fields a commit, each with a NUL behind it. */
function listed(output: string): CommitInfo[] {
  const fields = output.split('\0');
  return Array.from({ length: Math.floor(fields.length / 3) }, (_, at) => {
    const [commit = '', title = '', author = ''] = fields.slice(at * 3, at * 3 + 3);
    return { commit: commit.trim(), title: title.slice(0, 200), author };
  });
}

/** The full id of an abbreviated one; undefined when none or several begin so. */
export function resolveAbbreviated(source: Source, prefix: string): Promise<string | undefined> {
  return withHistory(source, async (git) => {
    try {
      return (
        (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${prefix}^{commit}`)).trim() || undefined
      );
    } catch (error) {
      if (error instanceof GitFailure) return undefined;
      throw error;
    }
  });
}

/** A bare repository per remote that holds commits and trees but no file contents. */
async function withHistory<T>(source: Source, work: (git: RunGit) => Promise<T>): Promise<T> {
  const { home, remote, signal } = source;
  const directory = join(home, 'history', `${createHash('sha256').update(remote.url).digest('hex').slice(0, 32)}.git`);
  return inTurn(directory, async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return withGit(remote, { home, directory, signal }, async (git) => {
      await update(git, remote);
      return work(git);
    });
  });
}

async function update(git: RunGit, { url }: GitRemote): Promise<void> {
  await git('init', '--quiet', '--bare');
  // A partial clone needs a named remote.
  await git('config', 'remote.origin.url', url);
  await git('config', 'remote.origin.promisor', 'true');
  await git('config', 'remote.origin.partialCloneFilter', 'blob:none');
  const everything = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  await git('fetch', '--quiet', '--prune', '--no-tags', '--filter=blob:none', 'origin', ...everything);
}

async function hasCommits(git: RunGit, ...commits: string[]): Promise<boolean> {
  for (const commit of commits) {
    try {
      await git('cat-file', '-e', `${commit}^{commit}`);
    } catch (error) {
      if (error instanceof GitFailure) return false;
      throw error;
    }
  }
  return true;
}
