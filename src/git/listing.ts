import { NotFoundError, UserError } from '../errors.ts';
import { nearestFirst } from '../closest-name.ts';
import { allOf } from '../word-lists.ts';
import type { Git, TrackedBranch } from './git.ts';

type Resolved = Awaited<ReturnType<Git['resolve']>>;

/** How many branches a sentence names. */
const named = 10;

/**
 * Ids by ref, of what `git ls-remote` prints.
 * @throws {UserError} for a repository with SHA-256 ids, which Shipmate cannot store.
 */
export function readListing(listed: string): Map<string, string> {
  const ids = new Map(
    listed
      .split('\n')
      .filter((line) => line.includes('\t') && !line.startsWith('ref: '))
      .map((line) => line.split('\t').reverse() as [string, string]),
  );
  if (ids.values().some((id) => id.length === 64)) {
    throw new UserError(
      'The repository uses SHA-256 object ids, and Shipmate deploys SHA-1 repositories only. Push its history to a ' +
        'repository that was created with `git init --object-format=sha1`, and connect that.',
    );
  }
  return ids;
}

/** A branch wins over a tag of the same name; an annotated tag stands for its commit. */
export function namedIn(ids: Map<string, string>, ref: string): Resolved | undefined {
  const branch = ids.get(ref === 'HEAD' ? 'HEAD' : `refs/heads/${ref}`);
  if (branch) return { commit: branch, kind: 'branch' };
  const tag = ids.get(`refs/tags/${ref}^{}`) ?? ids.get(`refs/tags/${ref}`);
  return tag ? { commit: tag, kind: 'tag' } : undefined;
}

/** The commit of the annotated tag that has this id; undefined when none has. */
export function commitOfTag(ids: Map<string, string>, id: string): string | undefined {
  for (const [ref, other] of ids) {
    if (other === id && ids.has(`${ref}^{}`)) return ids.get(`${ref}^{}`);
  }
  return undefined;
}

/** For a ref that is missing, with the branches there are. `listed`: of `ls-remote --symref`. */
export function missingRef(ref: string, listed: string): NotFoundError {
  const what = `The repository has no branch, tag or commit \`${ref}\`.`;
  const branches = branchesIn(listed);
  if (branches.length === 0) return new NotFoundError(`${what} It has no branches yet: push one first.`);
  const [nearest] = nearestFirst(ref, branches);
  return new NotFoundError(
    `${what} ${branchesThereAre(ref, branches)} Push it first, or choose another: ` +
      `\`deploy <app> ${nearest}\` once, \`app set <app> branch=${nearest}\` for good.`,
  );
}

/** `It has the branches …`: those like `wanted` come first, and ten are named. @param branches At least one. */
export function branchesThereAre(wanted: string, branches: readonly string[]): string {
  if (branches.length === 1) return `It has the branch ${allOf(branches)}.`;
  const shown = nearestFirst(wanted, branches).slice(0, named);
  const more = branches.length - shown.length;
  const list = more > 0 ? `${shown.map((name) => `\`${name}\``).join(', ')} and ${more} more` : allOf(shown);
  return `It has the branches ${list}.`;
}

/** The branch, or the default branch, in a listing of at least those; undefined when it is not there. */
export function branchIn(listed: string, wanted: string | undefined): string | undefined {
  const branch = wanted ?? defaultIn(listed);
  return branch !== undefined && readListing(listed).has(`refs/heads/${branch}`) ? branch : undefined;
}

/** For a branch that is missing. @param listed All branches. */
export function missingBranch(listed: string): TrackedBranch {
  return { kind: 'missing', branches: branchesIn(listed) };
}

/** The default branch comes first. */
function branchesIn(listed: string): string[] {
  const head = defaultIn(listed);
  const all = [...readListing(listed).keys()].flatMap((key) => (key.startsWith('refs/heads/') ? [key.slice(11)] : []));
  return [...new Set([...all.filter((name) => name === head), ...all])];
}

function defaultIn(listed: string): string | undefined {
  return /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(listed)?.[1];
}
