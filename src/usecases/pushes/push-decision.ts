import type { SourceConfig } from '../../entities/application-config.ts';
import type { Git, GitRemote } from '../../git/git.ts';
import type { PushedRef } from '../../git-hosts/push.ts';
import { hasSkipMarker } from '../../git-hosts/pushed-commits.ts';
import { type GlobKind, readGlobs } from '../../patterns/glob-list.ts';
import { PatternError } from '../../patterns/pattern-error.ts';
import { allOf } from '../../word-lists.ts';

/** Limit for asking git, milliseconds: git hosts wait 5 to 10 s for the answer. Without one, Shipmate deploys. */
const lookupMs = 3_000;

/** Ends when git has been asked for long enough, about this and about the whole push. */
export function patience({ deadline }: Pick<PushTarget, 'deadline'>): AbortSignal {
  const signal = AbortSignal.timeout(lookupMs);
  return deadline ? AbortSignal.any([signal, deadline]) : signal;
}

/** What a push means for one application. */
export type PushDecision = { deploy: true; note?: string } | { deploy: false; why: string };

/** An application, as far as a payload alone may decide about it. */
export interface PayloadTarget {
  /** Its name, e.g. `shop/api`. */
  name: string;
  branch: string;
  source: SourceConfig;
}

export interface PushTarget extends PayloadTarget {
  /** Commit that was deployed last. */
  deployed: string | undefined;
  /** When git is asked no more about the whole push. */
  deadline?: AbortSignal;
  /** Where to ask git; credentials are fetched when it is asked first. */
  remote(): Promise<GitRemote | undefined>;
}

/**
 * Decides by ref, skip keywords and watched paths. A payload may say yes. Before its paths say no, git compares what is
 * deployed with what was pushed: payloads leave out a forced push, the old name of a moved file, files beyond a limit,
 * and what was held back earlier.
 */
export async function decidePush(git: Git, target: PushTarget, ref: PushedRef): Promise<PushDecision> {
  const decided = await decideByPayload(target, ref);
  const { after } = ref;
  if (decided || after === undefined) return decided ?? deleted(ref);
  if (isSkipped(ref) ?? (await isSkippedInGit(git, target, ref, after))) return skipped;
  if (watchesAll(target, ref)) return { deploy: true };
  return watchedPaths(target, (await pathsFromGit(git, target, ref, after)) ?? pathsInPayload(ref, target.deployed));
}

/** The same by the payload alone; undefined where git has to be asked. */
export async function decideByPayload(target: PayloadTarget, ref: PushedRef): Promise<PushDecision | undefined> {
  if (ref.after === undefined) return deleted(ref);
  const untracked = await refusesRef(target, ref);
  if (untracked) return { deploy: false, why: untracked };
  if (ref.option) return { deploy: false, why: `the push has the option \`${ref.option}\`` };
  const skips = isSkipped(ref);
  if (skips !== false) return skips && skipped;
  if (watchesAll(target, ref)) return { deploy: true };
  const paths = pathsInPayload(ref);
  const byPayload = paths && (await watchedPaths(target, paths));
  return byPayload?.deploy ? byPayload : undefined;
}

const skipped: PushDecision = { deploy: false, why: 'every new commit has a skip marker' };

function deleted({ kind, name }: PushedRef): PushDecision {
  return { deploy: false, why: `${kind} \`${name}\` was deleted` };
}

async function refusesRef({ name, branch, source }: PayloadTarget, ref: PushedRef): Promise<string | undefined> {
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

/** Undefined when the rest of an incomplete list may hold a commit without a skip keyword. */
function isSkipped({ complete, skips }: PushedRef): boolean | undefined {
  return complete || skips === false ? skips === true : undefined;
}

async function isSkippedInGit(git: Git, target: PushTarget, { before }: PushedRef, after: string) {
  if (!before) return false;
  const messages = (await lookUp(target, (remote, signal) => git.messagesBetween(remote, before, after, signal))) ?? [];
  return messages.length > 0 && messages.every(hasSkipMarker);
}

function watchesAll({ source }: PayloadTarget, { kind }: PushedRef): boolean {
  return (source.watch_paths ?? []).length === 0 || kind === 'tag';
}

/** @param paths Undefined when nobody knows them. */
async function watchedPaths({ name, source }: PayloadTarget, paths: string[] | undefined): Promise<PushDecision> {
  const globs = source.watch_paths ?? [];
  if (!paths) return { deploy: true, note: 'Could not determine which paths changed; deploying to be safe' };
  const matched = await matchAny(globs, 'paths', new Set(paths));
  if (matched === true) return { deploy: true };
  if (matched !== false) return { deploy: true, note: `Deploying to be safe, as ${matched}` };
  return {
    deploy: false,
    why: `no watched path changed (\`${name}\` watches ${allOf(globs)})`,
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

/** Whether a list of watched paths matches one of these; so does what cannot be compared. */
export async function watchesAnyOf(globs: string[], paths: readonly string[]): Promise<boolean> {
  return (await matchAny(globs, 'paths', new Set(paths))) !== false;
}

/** The payload's paths are complete only for commits added on top of the deployed one, as far as that is known. */
function pathsInPayload(ref: PushedRef, deployed = ref.before): string[] | undefined {
  return ref.complete && !ref.forced && ref.before && ref.before === deployed ? ref.paths : undefined;
}

async function pathsFromGit(
  git: Git,
  target: PushTarget,
  ref: PushedRef,
  after: string,
): Promise<string[] | undefined> {
  const from = target.deployed ?? ref.before;
  if (!from) return undefined;
  return lookUp(target, (remote, signal) => git.changedPaths(remote, from, after, signal));
}

/** Undefined when git fails or does not answer in time, which must not lose the push. */
async function lookUp<T>(
  target: PushTarget,
  ask: (remote: GitRemote, signal: AbortSignal) => Promise<T | undefined>,
): Promise<T | undefined> {
  const signal = patience(target);
  try {
    const remote = await target.remote();
    return remote && (await ask(remote, signal));
  } catch {
    return undefined;
  }
}
