import { executeSql, type EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import type { SourceConfig } from '../../entities/application-config.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { ManagedDatabase, type PreviewTerms } from '../../entities/managed-database.ts';
import { PreviewVariable } from '../../entities/preview-variable.ts';

/** Databases of all previews of a project together. */
export const mostDatabases = 20;

export interface WantedDatabase {
  /** The attached database that it stands in for. */
  original: ManagedDatabase;
  terms: PreviewTerms;
}

/**
 * The databases that a preview is to have: one for each that is attached to its application, unless a preview variable
 * takes the place of the connection string. Commits from outside never get a copy of the data.
 */
export async function wantedDatabases(em: EntityManager, variant: Application): Promise<WantedDatabase[]> {
  const parent = await em.findOneOrFail(Application, variant.previewOf?.id ?? '', { refresh: true });
  const { previews_database: data } = parent.sourceConfig;
  if (data === undefined) return [];
  const outside = variant.sourceConfig.preview?.outside !== false;
  const own = await em.find(PreviewVariable, { application: parent });
  const attached = await em.find(
    EnvVar,
    { application: parent, database: { $ne: null }, key: { $nin: own.map(({ key }) => key) } },
    { orderBy: { key: 'asc' } },
  );
  const ids = [...new Set(attached.flatMap(({ database }) => database?.id ?? []))];
  const originals = await em.find(ManagedDatabase, { id: { $in: ids } }, { orderBy: { name: 'asc' }, refresh: true });
  return originals.map((original) => ({ original, terms: { data: dataOf(data, outside, original), outside } }));
}

/** What keeps no data has no backups. */
function dataOf(
  wanted: NonNullable<SourceConfig['previews_database']>,
  outside: boolean,
  { config }: ManagedDatabase,
): PreviewTerms['data'] {
  return outside || config.persistent === false ? 'empty' : wanted;
}

/** How many databases the open previews of a project have or get, and how many one more of the application adds. */
export async function countDatabases(
  em: EntityManager,
  { id, project }: Application,
): Promise<{ taken: number; more: number }> {
  const { rows } = await executeSql<{ taken: number; more: number }>(
    em,
    `with wanted as (
       select a.id, count(distinct e.database_id)::int as databases
       from applications a left join env_vars e on e.application_id = a.id and e.database_id is not null
       where a.project_id = $1 and a.preview_of_id is null and a.source_config ->> 'previews_database' is not null
       group by a.id
     )
     select coalesce((select databases from wanted where id = $2), 0) as more,
       coalesce((
         select sum(w.databases) from previews p join applications v on v.id = p.variant_id
         join wanted w on w.id = p.application_id where v.deleted_at is null and p.state = 'open'
       ), 0)::int as taken`,
    [project.id, id],
  );
  return rows[0] ?? { taken: 0, more: 0 };
}
