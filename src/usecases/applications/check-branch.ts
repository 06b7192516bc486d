import { nearestFirst } from '../../closest-name.ts';
import { NotFoundError, UnavailableError, UsageError, UserError } from '../../errors.ts';
import type { GitRemote } from '../../git/git.ts';
import { branchesThereAre } from '../../git/listing.ts';
import { logUnexpected } from '../../unexpected-error.ts';
import type { Deps } from '../deps.ts';

/** A person waits for the answer, milliseconds. */
const timeoutMs = 5_000;

/** Tracked when the repository cannot be asked for its default branch: what new repositories are made with. */
const assumed = 'main';

export interface CheckedBranch {
  branch: string;
  /** Why it is not known whether the repository has the branch; a sentence or two. */
  doubt?: string;
}

/**
 * The branch to track: `wanted`, or the default branch of the repository. A host that does not answer keeps nobody from
 * going on, and is told as `doubt`.
 * @param command What names another branch, e.g. `--branch next`.
 * @throws {UserError} when the repository does not have the branch, cannot be read, or cannot be deployed.
 */
export async function checkBranch(
  deps: Pick<Deps, 'git' | 'logger'>,
  remote: GitRemote,
  wanted: string | undefined,
  command: (branch: string) => string,
): Promise<CheckedBranch> {
  const branch = wanted ?? assumed;
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await deps.git.findBranch(remote, wanted, signal).catch((error: unknown) => {
    const doubt = whyUnknown(deps, error, signal);
    return { kind: 'unknown' as const, doubt: `The branch \`${branch}\` was not checked. ${doubt}` };
  });
  if (answer.kind === 'unknown') return { branch, doubt: answer.doubt };
  if (answer.kind === 'found') return { branch: answer.branch };
  const [first] = answer.branches;
  if (first === undefined) return { branch, doubt: `The repository is empty. Push the branch \`${branch}\` first.` };
  if (wanted === undefined) {
    throw new UsageError(
      `The repository has no default branch. ${branchesThereAre('', answer.branches)} Choose one: \`${command(first)}\`.`,
    );
  }
  const [nearest = first] = nearestFirst(wanted, answer.branches);
  throw new NotFoundError(
    `The repository has no branch \`${wanted}\`. ${branchesThereAre(wanted, answer.branches)} ` +
      `Push it first, or choose another: \`${command(nearest)}\`.`,
  );
}

/** @throws the error when a person has to mend something. */
function whyUnknown(deps: Pick<Deps, 'logger'>, error: unknown, signal: AbortSignal): string {
  if (error instanceof UnavailableError) return error.message;
  if (error instanceof UserError) throw error;
  if (signal.aborted) return `The git host did not answer within ${timeoutMs / 1_000} s.`;
  return logUnexpected(deps, error, 'could not look for a branch').sentence;
}
