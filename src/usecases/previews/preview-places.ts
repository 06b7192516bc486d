import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Preview } from '../../entities/preview.ts';
import { previewDefaults } from '../applications/preview-settings.ts';
import type { Deps } from '../deps.ts';
import { countDatabases, mostDatabases } from '../preview-databases/wanted-databases.ts';
import { enqueueSettling } from './preview-jobs.ts';

/** Previews of all applications of a project together. */
export const mostOfProject = 20;

/**
 * Why the preview has to wait: neither its application nor its project may have more than so many. Pinned ones count,
 * and who has a place keeps it.
 */
export async function lacksPlace(em: EntityManager, { application, id }: Preview): Promise<string | undefined> {
  const most = application.sourceConfig.previews_max ?? previewDefaults.max;
  const { rows } = await executeSql<{ mine: boolean; own: number; all: number }>(
    em,
    `select coalesce(bool_or(p.id = $1), false) as mine,
       count(*) filter (where p.application_id = $2 and p.id <> $1)::int as own, count(*) filter (where p.id <> $1)::int as all
     from previews p join applications v on v.id = p.variant_id join applications a on a.id = p.application_id
     where a.project_id = $3 and v.deleted_at is null and p.state = 'open'`,
    [id, application.id, application.project.id],
  );
  const { all = 0, mine = false, own = 0 } = rows[0] ?? {};
  if (mine) return undefined;
  if (own >= most) return `there are ${own} previews already, and \`previews-max\` is ${most}`;
  if (all >= mostOfProject) return `its project has ${all} previews already, and may have ${mostOfProject}`;
  const { more, taken } = await countDatabases(em, application);
  if (more === 0 || taken + more <= mostDatabases) return undefined;
  return `the previews of its project have ${taken} databases already, and may have ${mostDatabases}`;
}

/** Lets those settle again that wait in the project, the longest wait first, as many as may have found a place. */
export async function callWaiting(deps: Pick<Deps, 'database' | 'queue'>, projectId: string): Promise<void> {
  const em = deps.database.asSystem();
  const { rows } = await executeSql<{ id: string }>(
    em,
    `select p.id from previews p join applications a on a.id = p.application_id
     where a.project_id = $1 and p.state = 'waiting' order by p.created_at limit $2`,
    [projectId, mostOfProject],
  );
  for (const { id } of rows) await enqueueSettling(deps, id);
}
