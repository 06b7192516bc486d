import type { SourceConfig } from '../../entities/application-config.ts';
import type { Git, GitRemote } from '../../git/git.ts';
import type { PushedRef } from '../../git-hosts/push.ts';
import { hasSkipMarker } from '../../git-hosts/pushed-commits.ts';
import { type GlobKind, readGlobs } from '../../patterns/glob-list.ts';
import { PatternError } from '../../patterns/pattern-error.ts';
import { allOf } from '../../word-lists.ts';

/** Limit for asking git, milliseconds: git hosts wait 5 to 10 s for the answer. Without one, Shipmate deploys. */
export const lookupMs = 3_000;

/** What a push means for one application. */
export type PushDecision = { deploy: true; note?: string } | { deploy: false; why: string };

export interface PushTarget {
  /** Name of the application, e.g. `shop/api`. */
  name: string;
  branch: string;
  source: SourceConfig;
  /** Commit that was deployed last. */
  deployed: string | undefined;
  remote: GitRemote | undefined;
}

/** Decides by ref, skip keywords and watched paths; asks git only for what the payload lacks. */
export async function decidePush(git: Git, target: PushTarget, ref: PushedRef): Promise<PushDecision> {
  if (ref.after === undefined) return { deploy: false, why: `${ref.kind} \`${ref.name}\` was deleted` };
  const untracked = await refusesRef(target, ref);
  if (untracked) return { deploy: false, why: untracked };
  const after = ref.after;
  if (await isSkipped(git, target, ref, after)) {
    return { deploy: false, why: 'every new commit has a skip marker' };
  }
  return watchedPaths(git, target, ref, after);
}

async function refusesRef({ name, branch, source }: PushTarget, ref: PushedRef): Promise<string | undefined> {
  if (ref.kind === 'branch') {
    return ref.name === branch ? undefined : `branch \`${ref.name}\` is not tracked; \`${name}\` deploys \`${branch}\``;
  }
  const globs = source.tags ?? [];
  if (globs.length === 0) return `tag \`${ref.name}\` is not tracked; \`${name}\` deploys no tags`;
  const matched = await matchAny(globs, 'names', [ref.name]);
  if (matched === true) return undefined;
  if (typeof matched === 'string') return `the tags of \`${name}\` cannot be read: ${matched}`;
  return `tag \`${ref.name}\` is not tracked; \`${name}\` deploys tags like ${allOf(globs)}`;
}

async function isSkipped(git: Git, { remote }: PushTarget, ref: PushedRef, after: string): Promise<boolean> {
  // One commit without a skip keyword settles it, even in an incomplete list.
  if (ref.complete || ref.skips === false) return ref.skips === true;
  if (!remote || !ref.before) return false;
  const before = ref.before;
  const messages = (await lookUp((signal) => git.messagesBetween(remote, before, after, signal))) ?? [];
  return messages.length > 0 && messages.every(hasSkipMarker);
}

async function watchedPaths(git: Git, target: PushTarget, ref: PushedRef, after: string): Promise<PushDecision> {
  const globs = target.source.watch_paths ?? [];
  if (globs.length === 0 || ref.kind === 'tag') return { deploy: true };
  const paths = pathsInPayload(ref) ?? (await pathsFromGit(git, target, ref, after));
  if (!paths) return { deploy: true, note: 'Could not determine which paths changed; deploying to be safe' };
  const matched = await matchAny(globs, 'paths', new Set(paths));
  if (matched === true) return { deploy: true };
  if (matched !== false) return { deploy: true, note: `Deploying to be safe, as ${matched}` };
  return {
    deploy: false,
    why: `no watched path changed (\`${target.name}\` watches ${allOf(globs)})`,
  };
}

/** Why it cannot be told, where it cannot: lists that were set before there were limits may pass them. */
async function matchAny(globs: string[], kind: GlobKind, texts: Iterable<string>): Promise<boolean | string> {
  try {
    const list = await readGlobs(globs, kind);
    return (await list.matchesAny(texts)) ?? 'too many paths changed to compare them with the watched ones';
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

/** The payload's paths are complete only for commits added on top of the deployed one. */
function pathsInPayload(ref: PushedRef): string[] | undefined {
  return ref.complete && !ref.forced && ref.before ? ref.paths : undefined;
}

async function pathsFromGit(
  git: Git,
  target: PushTarget,
  ref: PushedRef,
  after: string,
): Promise<string[] | undefined> {
  const from = target.deployed ?? ref.before;
  const { remote } = target;
  if (!from || !remote) return undefined;
  return lookUp((signal) => git.changedPaths(remote, from, after, signal));
}

/** Undefined when git fails or does not answer in time, which must not lose the push. */
async function lookUp<T>(ask: (signal: AbortSignal) => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await ask(AbortSignal.timeout(lookupMs));
  } catch {
    return undefined;
  }
}
