import { executeSql } from '../../database/database.ts';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';

export interface ProjectStats {
  project: string;
  total: number;
  running: number;
  stopped: number;
  failed: number;
}

/**
 * Application counts of at most `most` visible projects as of the last refresh, at most a minute ago; projects with
 * failed applications first, then by name.
 */
export async function readProjectStats(
  deps: Pick<Deps, 'database'>,
  user: User,
  most: number,
): Promise<ProjectStats[]> {
  const { rows } = await executeSql<ProjectStats>(
    deps.database.asUser(user.id),
    `select p.name as project, total_applications::int as total, running::int, stopped::int, failed::int
     from app_application_stats($1) s join projects p on p.id = s.project_id order by failed > 0 desc, p.name`,
    [most],
  );
  return rows;
}
