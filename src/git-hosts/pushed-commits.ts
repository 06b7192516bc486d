import type { PushedRef } from './push.ts';

/** One commit of a push, as far as the payload has it. */
export interface PushedCommit {
  message: string;
  /** Undefined when the host does not say. */
  paths: string[] | undefined;
}

/** A push of more paths is compared by git: so many cross from a thread to the event loop in a few milliseconds. */
const most = { paths: 50_000, characters: 4_000_000 };

const skipMarker = /\[(skip (ci|cd)|(ci|cd) skip)\]/i;

export function hasSkipMarker(message: string): boolean {
  return skipMarker.test(message);
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
