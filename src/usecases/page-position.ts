import { executeSql, type EntityManager } from '../database/database.ts';
import { UsageError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import { idRange } from './id-prefix.ts';

/** Where a page of a list by project and name begins: behind this application or database, or this project without any. */
export interface PagePosition {
  projectName: string;
  project: string;
  name: string;
  /** Id of the application or database. */
  application: string;
}

const zero = '00000000-0000-0000-0000-000000000000';

/**
 * The position behind the application, database or project whose id is or starts with `after`; the beginning without one.
 * @throws {UsageError} when the person sees no such row, or several.
 */
export async function pagePosition(em: EntityManager, after: string | undefined): Promise<PagePosition> {
  if (after === undefined) return { projectName: '', project: zero, name: '', application: zero };
  const range = idRange(after);
  const { rows } = await executeSql<PagePosition>(
    em,
    `select p.name as "projectName", p.id as project, a.name, a.id as application
     from applications a join projects p on p.id = a.project_id where a.id between $1 and $2
     union all
     select p.name, p.id, d.name, d.id
     from databases d join projects p on p.id = d.project_id where d.id between $1 and $2
     union all
     select name, id, '', $3::uuid from projects where id between $1 and $2 limit 2`,
    [range?.$gte ?? zero, range?.$lte ?? zero, zero],
  );
  const [position, other] = rows;
  if (position && !other) return position;
  throw new UsageError(`${quoted(after)} is not where a page ends. Each page ends with the command for the next one.`);
}
