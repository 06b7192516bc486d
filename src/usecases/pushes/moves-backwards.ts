import type { PushedRef } from '../../git-hosts/push.ts';
import type { Deps } from '../deps.ts';
import { newestCommit, newestStatuses } from './newest-commit.ts';
import { patience, type PushTarget } from './push-decision.ts';

/**
 * Why a push is not deployed that would put an earlier version in the place of a later one: a late or repeated delivery
 * does that. A push that begins at the newest version needs no look; otherwise the branch itself decides, and where git
 * cannot tell, whether the commit was deployed before and the push was not forced. Undefined when it moves forwards.
 * @param applicationId Of the application that the target is.
 */
export async function movesBackwards(
  deps: Deps,
  applicationId: string,
  target: PushTarget,
  ref: PushedRef,
): Promise<string | undefined> {
  const { branch, deployed, name } = target;
  if (!ref.after || !deployed) return undefined;
  const { newest, replaced } = await readVersions(deps, applicationId, ref.after, deployed);
  if (ref.before === newest || ref.after === newest) return undefined;
  const head = await branchHead(deps, target, ref);
  if (head === ref.after) return undefined;
  const commit = ref.after.slice(0, 7);
  if (head === newest) {
    return `\`${branch}\` is already past ${commit}, at ${newest.slice(0, 7)}, which \`${name}\` has or gets`;
  }
  const trusted = ref.before === deployed || (head === undefined && ref.forced);
  if (!replaced || trusted) return undefined;
  return `\`${name}\` is already deployed past ${commit}; to go back: \`deploy ${name} ${commit}\``;
}

interface Versions {
  /** Commit of the newest deployment that is under way or went well. */
  newest: string;
  /** The pushed commit was deployed, or tried, before what is deployed now. */
  replaced: boolean;
}

async function readVersions(
  { database }: Deps,
  applicationId: string,
  commit: string,
  deployed: string,
): Promise<Versions> {
  const [row] = await database.querySystem<{ newest: string | null; replaced: boolean | null }>(
    `select
       (${newestCommit}) as newest,
       (select max(started_at) filter (where commit_sha = $3)
          < max(started_at) filter (where commit_sha = $4 and status = 'success')
        from deployments where application_id = $1 and commit_sha in ($3, $4)) as replaced`,
    [applicationId, newestStatuses, commit, deployed],
  );
  return { newest: row?.newest ?? deployed, replaced: row?.replaced === true };
}

/** Undefined for a tag, which stays where it is when the branch moves on, and when git does not answer in time. */
async function branchHead(deps: Deps, target: PushTarget, ref: PushedRef): Promise<string | undefined> {
  if (ref.kind === 'tag') return undefined;
  const signal = patience(target);
  try {
    const remote = await target.remote();
    return remote && (await deps.git.resolve(remote, target.branch, signal)).commit;
  } catch {
    // A push is not lost because its host is slow.
    return undefined;
  }
}
