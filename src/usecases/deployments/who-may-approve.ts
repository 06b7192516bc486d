import { executeSql } from '../../database/database.ts';
import type { Platform } from '../../entities/chat-message.ts';
import type { Deployment } from '../../entities/deployment.ts';
import type { Deps } from '../deps.ts';
import { mentionLevelOf, type Subject } from './whom-to-mention.ts';

/** More would read as noise. */
const most = 5;

export interface Approvers {
  /** Accounts to mention. */
  accounts: string[];
  /** How many may approve whom the mentions leave out. */
  more: number;
}

/** What waits for an approval. */
export interface Approvable {
  subject: Subject;
  /** Who asked for it, by id; undefined for a push or a deleted user. */
  requestedBy: string | undefined;
}

export function approvableOf({
  application,
  triggeredBy,
}: Pick<Deployment, 'application' | 'triggeredBy'>): Approvable {
  return { subject: { application: application.id }, requestedBy: triggeredBy?.id };
}

/**
 * Who may approve it: the project's owner, then admins of its team, then platform admins in the team; super_admins if there
 * is nobody else. Never who asked for it.
 */
export async function whoMayApprove(
  { database }: Pick<Deps, 'database'>,
  { requestedBy, subject }: Approvable,
  where: { platform: Platform; channel: string },
): Promise<Approvers> {
  const { rows } = await executeSql<{ account: string | null; rank: number }>(
    database.asSystem(),
    `select i.account, may.rank from (
       select u.id, u.username, case
         when u.id = p.owner_id then 0
         when m.role in ('owner', 'admin') then 1
         when m.role = 'member' and u.role = 'admin' then 2
         when u.role = 'super_admin' then 3
       end as rank
       from projects p cross join users u
       left join team_members m on m.team_id = p.team_id and m.user_id = u.id
       where p.id = coalesce((select project_id from applications where id = $1), $4)
         and u.id is distinct from $2 and u.role <> 'viewer'
     ) may left join lateral (
       select account from chat_identities where user_id = may.id and platform = $3 order by created_at desc limit 1
     ) i on true
     where may.rank is not null order by may.rank, may.username limit 1000`,
    [
      'application' in subject ? subject.application : null,
      requestedBy ?? null,
      where.platform,
      'project' in subject ? subject.project : null,
    ],
  );
  const first = rows.filter(({ rank }) => rank < 3);
  const may = first.length > 0 ? first : rows;
  const quiet = (await mentionLevelOf({ database }, subject, where)) === 'nobody';
  const linked = quiet ? [] : may.flatMap(({ account }) => (account === null ? [] : [account]));
  const accounts = linked.slice(0, most);
  return { accounts, more: may.length - accounts.length };
}
