import { simpleGit } from 'simple-git';
import { gitEnvironment, guardedVariables } from './environment.ts';
import { explain } from './explain-failure.ts';
import type { GitRemote } from './git.ts';

/** Runs git in `directory` and returns what it prints. */
export type RunGit = (...args: string[]) => Promise<string>;

/** What git said when it failed, for callers that tell failures apart. */
export class GitFailure extends Error {
  override name = 'GitFailure';
}

interface RunOptions {
  /** Folder of configuration, known hosts and short-lived keys. */
  home: string;
  directory: string;
  signal: AbortSignal;
}

/**
 * Gives `work` a git that speaks with `remote`.
 * @throws {UserError} for what a person can mend, `GitFailure` otherwise; the abort reason when aborted.
 */
export async function withGit<T>(
  remote: GitRemote,
  options: RunOptions,
  work: (git: RunGit) => Promise<T>,
): Promise<T> {
  options.signal.throwIfAborted();
  await using environment = await gitEnvironment(options.home, remote.credentials);
  const git = simpleGit({
    baseDir: options.directory,
    abort: options.signal,
    allowEnvironment: guardedVariables,
    // The variables are ours: the values that simple-git warns of do not come from people.
    unsafe: { allowUnsafeAskPass: true, allowUnsafeConfigPaths: true, allowUnsafeSshCommand: true },
  }).env(environment.variables);
  const run: RunGit = async (...args) => {
    try {
      return await git.raw(args);
    } catch (error) {
      options.signal.throwIfAborted();
      throw new GitFailure(error instanceof Error ? error.message : String(error));
    }
  };
  try {
    return await work(run);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw explain(remote.url, error.message) ?? error;
  }
}
