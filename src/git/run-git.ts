import { UnavailableError, UserError } from '../errors.ts';
import { type Enqueue, enqueueUntil } from '../serial-queue.ts';
import { gitEnvironment, tokenVariable } from './environment.ts';
import { explain, hostNameOf, wantsAnotherToken } from './explain-failure.ts';
import type { GitRemote } from './git.ts';
import { runInGroup } from '../host/process-group.ts';

/** Limit of git's output, bytes: some hundred thousand paths. Parsing more would block the event loop. */
const maxOutput = 8 * 1024 * 1024;

/** Runs git and returns what it prints. @throws {GitFailure} with its complaint. */
export interface RunGit {
  /** Runs git on local data: no network, no credentials. */
  local(...args: string[]): Promise<string>;
  /** Runs git against the remote with its credentials. */
  remote(...args: string[]): Promise<string>;
  /** The same operation, within the same bounds, with another remote in another folder. */
  elsewhere<T>(remote: GitRemote, directory: string, work: (git: RunGit) => Promise<T>): Promise<T>;
}

/** Git's error output, for callers that distinguish failures. */
export class GitFailure extends Error {
  override name = 'GitFailure';
}

/** Where git works, and within which bounds. */
export interface GitWorkplace {
  /** Folder of configuration, known hosts, short-lived keys and histories; prepared. */
  home: string;
  /** How many operations run at once. */
  enqueue: Enqueue;
  /** Longest time of one operation, milliseconds. */
  limitMs: number;
}

/**
 * Gives `work` a git in `directory` that speaks with `remote`.
 * @throws {UserError} for what a person can mend, `GitFailure` otherwise; the abort reason when aborted.
 */
export async function withGit<T>(
  remote: GitRemote,
  { home, enqueue, limitMs, directory, signal }: GitWorkplace & { directory: string; signal: AbortSignal },
  work: (git: RunGit) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  const either = AbortSignal.any([signal, limit]);
  async function open<R>(to: GitRemote, folder: string, use: (git: RunGit) => Promise<R>): Promise<R> {
    await using environment = await gitEnvironment(home, folder, to);
    const run = async (env: Record<string, string>, args: string[]) =>
      runGit({ remote: to, args, cwd: folder, env, signal: either });
    const { remoteArgs } = environment;
    const authorised = renewing(to, environment.remote, (env, args) => run(env, [...remoteArgs, ...args]));
    return await use({
      local: (...args) => run(environment.local, args),
      remote: (...args) => authorised(args),
      elsewhere: open,
    });
  }
  try {
    return await enqueueUntil(either, enqueue, () => open(remote, directory, work));
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) throw tookTooLong(remote, limitMs);
    if (!(error instanceof GitFailure)) throw error;
    throw explain(remote.url, error.message, directory) ?? error;
  }
}

/** Runs again, once, with a new token, if the host refuses one that may have expired. */
function renewing(
  { credentials }: GitRemote,
  first: Record<string, string>,
  run: (env: Record<string, string>, args: string[]) => Promise<string>,
): (args: string[]) => Promise<string> {
  let env = first;
  let renew = credentials?.kind === 'token' ? credentials.renew : undefined;
  return async (args) => {
    try {
      return await run(env, args);
    } catch (error) {
      const refused = env[tokenVariable];
      if (!(error instanceof GitFailure) || !wantsAnotherToken(error.message) || !renew || !refused) throw error;
      env = { ...env, [tokenVariable]: await renew(refused) };
      renew = undefined;
      return run(env, args);
    }
  };
}

interface OneRun {
  remote: GitRemote;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  signal: AbortSignal;
}

async function runGit({ remote, args, cwd, env, signal }: OneRun): Promise<string> {
  const ended = await runInGroup({ program: 'git', args, cwd, env, signal, maxOutput }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new UnavailableError('Shipmate needs the program `git`. Install it, for example: apt-get install git');
    },
  );
  if (ended.tooLong) {
    throw new UserError(`Git's output for ${hostNameOf(remote.url)} exceeds 8 MiB. Use a smaller range or ref.`);
  }
  if (ended.code !== 0) throw new GitFailure(ended.complaint || `git ended with ${String(ended.code)}`);
  return ended.output;
}

function tookTooLong({ url }: GitRemote, limitMs: number): UnavailableError {
  return new UnavailableError(
    `${hostNameOf(url)} kept git waiting for more than ${limitMs / 1_000} s. Try again, or raise \`SHIPMATE_CLONE_TIMEOUT\`.`,
  );
}
