import type { PushedRef } from './push.ts';

/** One commit of a push, as far as the payload has it. */
export interface PushedCommit {
  message: string;
  /** Undefined when the host does not say. */
  paths: string[] | undefined;
}

/** A push of more paths is compared by git: so many cross from a thread to the event loop in a few milliseconds. */
const most = { paths: 50_000, characters: 4_000_000 };

/** `[skip ci]` and its kin are GitHub's, GitLab's, Gitea's and Bitbucket's. */
const skipMarker = /\[(skip (ci|cd|actions)|(ci|cd|actions) skip|no ci)\]/i;
/** GitHub's trailer, in the last lines of a message. */
const skipTrailer = /\nskip-checks: ?true\s*$/i;

/**
 * Whether the author of a commit wants nothing done about it.
 * @see https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
 */
export function hasSkipMarker(message: string): boolean {
  return skipMarker.test(message) || skipTrailer.test(message.slice(-1_000));
}

/** What decides about a deployment, which is far less than the payload has. */
export function summarise(commits: readonly PushedCommit[]): Pick<PushedRef, 'skips' | 'paths'> {
  if (commits.length === 0) return { skips: undefined, paths: undefined };
  return { skips: commits.every(({ message }) => hasSkipMarker(message)), paths: pathsOf(commits) };
}

function pathsOf(commits: readonly PushedCommit[]): string[] | undefined {
  const found = new Set<string>();
  let characters = 0;
  for (const { paths } of commits) {
    if (!paths) return undefined;
    for (const path of paths) {
      if (found.has(path)) continue;
      found.add(path);
      characters += path.length;
      if (found.size > most.paths || characters > most.characters) return undefined;
    }
  }
  return [...found];
}
