import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findProgram } from '../host/find-program.ts';
import { createPool } from '../serial-queue.ts';
import { checkCommit, checkRef } from './check-arguments.ts';
import { checkOut } from './checkout.ts';
import { prepareHome } from './environment.ts';
import { fillLargeFiles, type FindLfs } from './large-files.ts';
import type { Git, GitRemote } from './git.ts';
import { commitsBetween, compareCommits, pathsBetween, resolveAbbreviated, type Source } from './history.ts';
import { branchIn, commitOfTag, missingBranch, missingRef, namedIn, readListing } from './listing.ts';
import { allowedUrl } from './local-repositories.ts';
import { withGit } from './run-git.ts';
import { fillSubmodules, type SubmoduleRules } from './submodules.ts';

export interface GitOptions {
  /** Holds git's configuration, known hosts and a cache of histories under `git/`. */
  dataDir: string;
  /** Folder below which repositories of this machine may be cloned (default: none). */
  localRepositories?: string | undefined;
  /** Operations that run at once (default 8); the others wait for their turn. */
  atOnce?: number;
  /** Longest time of one operation, milliseconds (default 5 minutes). */
  limitMs?: number;
  /** Default: the program in PATH, else that of the distribution's package. */
  findLfs?: FindLfs;
}

/** The git driver: every git runs in its own process group and inherits only PATH. */
export function createGit(options: GitOptions): Git {
  const { dataDir, localRepositories, atOnce = 8, limitMs = 300_000 } = options;
  const { findLfs = () => findProgram('git-lfs', join(dataDir, 'programs')) } = options;
  const home = resolve(dataDir, 'git');
  const enqueue = createPool(atOnce);
  const allowed = (url: string) => allowedUrl(url, { folder: localRepositories, dataDir });
  /** Checks where it leads before git hears of it. */
  async function sourceOf(remote: GitRemote, signal: AbortSignal): Promise<Source> {
    const url = await allowed(remote.url);
    await prepareHome(home);
    return { home, enqueue, limitMs, remote: { ...remote, url }, signal };
  }
  return {
    async requireAllowed(url) {
      await allowed(url);
    },
    async checkout(request) {
      checkCommit(request.commit);
      if (request.ref !== undefined) checkRef(request.ref);
      const source = await sourceOf(request.remote, request.signal);
      await mkdir(request.directory, { recursive: true });
      const rules: SubmoduleRules = {
        clone: source.remote,
        allowed,
        async fill(git, place) {
          const info = await checkOut(git, place);
          await fillLargeFiles(git, place, findLfs);
          return info;
        },
      };
      return withGit(source.remote, { ...source, directory: request.directory }, async (git) => {
        const top = {
          remote: source.remote,
          directory: request.directory,
          commit: request.commit,
          ...(request.ref !== undefined && { ref: request.ref }),
        };
        const info = await rules.fill(git, top);
        await fillSubmodules(git, top, rules);
        return info;
      });
    },
    async resolve(remote, ref, signal) {
      checkRef(ref);
      const source = await sourceOf(remote, signal);
      if (/^[0-9a-f]{40}$/.test(ref)) {
        const tags = readListing(await list(source, 'HEAD', 'refs/tags/*'));
        return { commit: commitOfTag(tags, ref) ?? ref, kind: 'commit' };
      }
      const patterns = ['HEAD', `refs/heads/${ref}`, `refs/tags/${ref}`, `refs/tags/${ref}^{}`];
      const ids = readListing(await list(source, ...patterns));
      return namedIn(ids, ref) ?? { commit: await abbreviated(source, ref), kind: 'commit' };
    },
    async findBranch(remote, wanted, signal) {
      if (wanted !== undefined) checkRef(wanted);
      const source = await sourceOf(remote, signal);
      // Only HEAD and one branch: a large repository has many.
      const pattern = wanted === undefined ? 'refs/heads/*' : `refs/heads/${wanted}`;
      const listed = await list(source, 'HEAD', pattern);
      const branch = branchIn(listed, wanted);
      if (branch !== undefined) return { kind: 'found', branch };
      return missingBranch(wanted === undefined ? listed : await list(source, 'HEAD', 'refs/heads/*'));
    },
    async changedPaths(remote, from, to, signal) {
      checkRange(from, to);
      return pathsBetween(await sourceOf(remote, signal), from, to);
    },
    async messagesBetween(remote, from, to, signal) {
      checkRange(from, to);
      return commitsBetween(await sourceOf(remote, signal), from, to);
    },
    async compare(remote, from, to, signal) {
      checkRange(from, to);
      return compareCommits(await sourceOf(remote, signal), from, to);
    },
  };
}

function checkRange(from: string, to: string): void {
  checkCommit(from);
  checkCommit(to);
}

async function abbreviated(source: Source, ref: string): Promise<string> {
  const commit = /^[0-9a-f]{4,39}$/.test(ref) ? await resolveAbbreviated(source, ref) : undefined;
  if (commit) return commit;
  throw missingRef(ref, await list(source, 'HEAD', 'refs/heads/*'));
}

/** What the remote has of these patterns, as `git ls-remote --symref` prints it. */
async function list(source: Source, ...patterns: string[]): Promise<string> {
  return withGit(source.remote, { ...source, directory: source.home }, (git) =>
    git.remote('ls-remote', '--symref', '--', source.remote.url, ...patterns),
  );
}
