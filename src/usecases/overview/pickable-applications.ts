import { executeSql } from '../../database/database.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';

/**
 * Which applications a command is offered for. `read`: all that the person sees. `change`: those they may deploy.
 * `busy`: those of them with a deployment in progress. `earlier`: those of them with an earlier version to go back to.
 */
export type Offered = 'read' | 'change' | 'busy' | 'earlier';

const mayChange = `(p.owner_id = (select app_user_id()) or p.team_id = any (array(select app_team_ids('member')))
  or (select app_is_super_admin()))`;

const conditions: Record<Offered, string> = {
  read: 'true',
  change: mayChange,
  busy: `${mayChange} and exists (
    select from deployments d where d.application_id = a.id and d.status in ('pending', 'building', 'deploying'))`,
  earlier: `${mayChange} and exists (
    select from deployments d where d.application_id = a.id and d.status = 'success'
    order by d.started_at desc offset 1 limit 1)`,
};

/** Their names, of one project or of all; at most 100. */
export async function pickableApplications(
  { database }: Pick<Deps, 'database'>,
  user: User,
  { offered, project }: { offered: Offered; project: string | undefined },
): Promise<string[]> {
  return database.asUser(user.id).transactional(async (em) => {
    const { rows } = await executeSql<{ name: string }>(
      em,
      `select p.name || '/' || a.name as name from applications a join projects p on p.id = a.project_id
       where a.deleted_at is null and ($1::text is null or p.name = $1) and ${conditions[offered]}
       order by 1 limit 100`,
      [project ?? null],
    );
    return rows.map(({ name }) => name);
  });
}
