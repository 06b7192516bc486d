import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError, UserError } from '../errors.ts';
import { isLocal } from './check-arguments.ts';
import { asksForCredentials, explain, hostNameOf } from './explain-failure.ts';
import type { CommitInfo, GitRemote } from './git.ts';
import { GitFailure, type RunGit } from './run-git.ts';
import { resolveSubmoduleUrl, shownText, shownUrl, submoduleRemote } from './submodule-url.ts';

/** More than any project we know has; each costs a connection. */
const maxSubmodules = 100;

/** Submodules in submodules; also ends a repository that contains itself. */
const maxNesting = 5;

/** Longest path on Linux, characters. */
const maxPath = 4096;

/** A repository whose files are in `directory`. */
export interface CheckedOut {
  remote: GitRemote;
  directory: string;
}

export interface SubmoduleRules {
  /** Credentials are those of this remote, for its host only. */
  clone: GitRemote;
  /** The address to pass to git. @throws {UserError} when Shipmate does not clone from there. */
  allowed(url: string): Promise<string>;
  /** Fills a folder with a commit of a remote. */
  fill(git: RunGit, request: CheckedOut & { commit: string }): Promise<CommitInfo>;
}

interface Submodule {
  path: string;
  url: string;
  commit: string;
}

/**
 * Fetches the commit of each submodule, and theirs, one after the other.
 * @throws {UserError} with path and address of the first that cannot be fetched.
 */
export async function fillSubmodules(git: RunGit, top: CheckedOut, rules: SubmoduleRules): Promise<void> {
  let count = 0;
  async function fillIn(parent: RunGit, { remote, directory }: CheckedOut, above: string[]): Promise<void> {
    for (const submodule of await submodulesOf(parent, directory)) {
      const path = [...above, submodule.path];
      if (++count > maxSubmodules || path.length > maxNesting) throw tooMany(path.join('/'));
      const next = await remoteOf(remote, submodule, rules).catch((error: unknown) => {
        throw refusal(path, submodule.url, error);
      });
      const inside = { remote: next, directory: join(directory, submodule.path) };
      await parent.elsewhere(next, inside.directory, async (child) => {
        await rules.fill(child, { ...inside, commit: submodule.commit }).catch((error: unknown) => {
          throw refusal(path, next.url, explained(error, rules.clone, { ...submodule, ...inside }));
        });
        await fillIn(child, inside, path);
      });
    }
  }
  await fillIn(git, top, []);
}

/** Those that the commit pins; entries of `.gitmodules` without a commit are left over from former ones. */
async function submodulesOf(git: RunGit, directory: string): Promise<Submodule[]> {
  const file = await lstat(join(directory, '.gitmodules')).catch(() => undefined);
  if (!file?.isFile()) return [];
  const named = modulesIn(await git.local('config', '--blob', 'HEAD:.gitmodules', '--list', '-z'));
  if (named.size === 0) return [];
  if (named.size > maxSubmodules) throw tooMany('.gitmodules');
  const listed = await git.local('ls-tree', '-z', 'HEAD', '--', ...named.keys());
  return listed.split('\0').flatMap((line) => {
    const [, commit, path = ''] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    const url = named.get(path);
    return commit !== undefined && url !== undefined ? [{ path, url, commit }] : [];
  });
}

/** Addresses by path, without those that git leaves empty too (`update = none`). */
function modulesIn(listed: string): Map<string, string> {
  const modules = new Map<string, Map<string, string>>();
  for (const entry of listed.split('\0')) {
    const [, name, key = '', value = ''] = /^submodule\.(.+)\.(path|url|update)\n(.*)$/s.exec(entry) ?? [];
    if (name === undefined) continue;
    modules.set(name, (modules.get(name) ?? new Map<string, string>()).set(key, value));
  }
  return new Map(
    [...modules.values()].flatMap((module) => {
      const path = module.get('path')?.replace(/\/+$/, '') ?? '';
      const usable = path !== '' && path.length <= maxPath && !path.startsWith(':');
      return usable && module.get('update') !== 'none' ? [[path, module.get('url') ?? ''] as const] : [];
    }),
  );
}

async function remoteOf(parent: GitRemote, { url }: Submodule, { allowed, clone }: SubmoduleRules): Promise<GitRemote> {
  const resolved = resolveSubmoduleUrl(parent.url, url);
  if (isLocal(resolved) && !isLocal(parent.url)) {
    throw new UserError('A repository of a git host cannot include one of this machine.');
  }
  return submoduleRemote(clone, await allowed(resolved));
}

/** What a person can mend about the failure of a fetch. */
function explained(error: unknown, clone: GitRemote, { commit, directory, remote }: CheckedOut & Submodule): unknown {
  if (error instanceof NotFoundError) {
    return new NotFoundError(
      `It has no commit ${commit.slice(0, 7)}. Push the submodule's commits, then deploy again.`,
    );
  }
  if (!(error instanceof GitFailure)) return error;
  if (!remote.credentials && asksForCredentials(error.message)) {
    const sent = clone.credentials
      ? `sends the credentials of the repository to ${hostNameOf(clone.url)} only`
      : 'has none';
    return new UserError(
      `${hostNameOf(remote.url)} asks for credentials, and Shipmate ${sent}. Make the submodule public, or move it to ` +
        'the host of the repository with a relative URL (`../lib.git`).',
    );
  }
  const said = error.message.trim().split('\n').at(-1) ?? '';
  return (
    explain(remote.url, error.message, directory) ??
    new UserError(`Git says: "${shownText(said)}". Check its address in \`.gitmodules\`.`)
  );
}

function refusal(path: string[], url: string, error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  const where = shownText(path.join('/'));
  return new UserError(`The submodule \`${where}\` (${shownUrl(url)}) cannot be fetched. ${error.message}`);
}

function tooMany(where: string): UserError {
  return new UserError(
    `The repository has more than ${maxSubmodules} submodules, or more than ${maxNesting} inside one another (at ` +
      `\`${shownText(where)}\`). Remove some, or build the image elsewhere and deploy that.`,
  );
}
