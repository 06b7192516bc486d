import type { PushedRef } from '../../git-hosts/push.ts';
import type { Deps } from '../deps.ts';
import { lookupMs, type PushTarget } from './push-decision.ts';

/**
 * Why a push is not deployed that would put an earlier version in the place of a later one: a late or repeated delivery
 * does that. The branch itself decides, where git can tell; otherwise whether the push was forced. Undefined when the
 * push moves forwards.
 * @param applicationId Of the application that the target is.
 */
export async function movesBackwards(
  deps: Deps,
  applicationId: string,
  target: PushTarget,
  ref: PushedRef,
): Promise<string | undefined> {
  const { deployed, name } = target;
  if (!ref.after || !deployed || ref.before === deployed || ref.after === deployed) return undefined;
  if (!(await wasReplaced(deps, applicationId, ref.after, deployed))) return undefined;
  if (await isWanted(deps, target, ref)) return undefined;
  const commit = ref.after.slice(0, 7);
  return `\`${name}\` has been deployed past ${commit} already; to go back: \`deploy ${name} ${commit}\``;
}

/** Whether the commit was deployed, or tried, before what is deployed now. */
async function wasReplaced(
  { database }: Deps,
  applicationId: string,
  commit: string,
  deployed: string,
): Promise<boolean> {
  const rows = await database.querySystem<{ replaced: boolean | null }>(
    `select max(started_at) filter (where commit_sha = $2)
          < max(started_at) filter (where commit_sha = $3 and status = 'success') as replaced
     from deployments where application_id = $1 and commit_sha in ($2, $3)`,
    [applicationId, commit, deployed],
  );
  return rows[0]?.replaced === true;
}

async function isWanted(deps: Deps, { branch, remote }: PushTarget, ref: PushedRef): Promise<boolean> {
  if (ref.kind === 'tag' || !remote) return ref.forced;
  try {
    const head = await deps.git.resolve(remote, branch, AbortSignal.timeout(lookupMs));
    return head.commit === ref.after;
  } catch {
    // The host does not answer in time: what the payload says has to do.
    return ref.forced;
  }
}
