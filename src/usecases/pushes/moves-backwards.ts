import type { PushedRef } from '../../git-hosts/push.ts';
import type { Deps } from '../deps.ts';
import { newestStatuses } from './newest-commit.ts';
import { patience, type PushTarget } from './push-decision.ts';

/** What an application has, beside a commit that was pushed. */
export interface Versions {
  /** Commit of the newest deployment that is under way or went well. */
  newest: string;
  /** The pushed commit was deployed, or tried, before what is deployed now. */
  replaced: boolean;
}

/**
 * Why a push is not deployed that would put an earlier version in the place of a later one: a late or repeated delivery
 * does that. A push that begins at the newest version needs no look; otherwise the branch itself decides, and where git
 * cannot tell, whether the commit was deployed before and the push was not forced. Undefined when it moves forwards.
 * @param versions Undefined when nothing is deployed.
 */
export async function movesBackwards(
  deps: Pick<Deps, 'git'>,
  versions: Versions | undefined,
  target: PushTarget,
  ref: PushedRef,
): Promise<string | undefined> {
  if (!ref.after || !versions) return undefined;
  const { branch, deployed, name } = target;
  const { newest, replaced } = versions;
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

/** Of many applications in one statement, in their order; undefined for one to which nothing is deployed. */
export async function readVersions(
  { database }: Pick<Deps, 'database'>,
  pushed: { applicationId: string; commit: string; deployed: string | undefined }[],
): Promise<(Versions | undefined)[]> {
  const asked = pushed.flatMap(({ applicationId: application, commit, deployed }, at) =>
    deployed === undefined ? [] : [{ at, application, commit, deployed }],
  );
  const versions = pushed.map((): Versions | undefined => undefined);
  if (asked.length === 0) return versions;
  const rows = await database.querySystem<Versions & { at: number }>(
    `select at, replaced is true as replaced, coalesce((
         select commit_sha from deployments
         where application_id = w.application and commit_sha is not null and status = any ($2)
         order by started_at desc limit 1
       ), w.deployed) as newest
     from jsonb_to_recordset($1) as w (at int, application uuid, commit text, deployed text)
     cross join lateral (
       select max(started_at) filter (where commit_sha = w.commit)
         < max(started_at) filter (where commit_sha = w.deployed and status = 'success') as replaced
       from deployments where application_id = w.application and commit_sha in (w.commit, w.deployed)
     ) as earlier`,
    [JSON.stringify(asked), newestStatuses],
  );
  for (const { at, ...found } of rows) versions[at] = found;
  return versions;
}

/** Undefined for a tag, which stays where it is when the branch moves on, and when git does not answer in time. */
async function branchHead(deps: Pick<Deps, 'git'>, target: PushTarget, ref: PushedRef): Promise<string | undefined> {
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
