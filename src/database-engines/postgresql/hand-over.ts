import { firstOwnOid, literal } from './sql.ts';

/** How many objects change hands in one transaction: a server has room for a few thousand locks. */
const batch = 100;
/** How often, and how long at a time, an object that is in use is waited for: others queue behind a lock that waits. */
const tries = 30;
const waitSeconds = 1;
/**
 * An autovacuum gives its lock up to a session that has waited for this long. By default that is as long as we wait at a
 * time, so a table of gigabytes would keep its owner for as long as it is vacuumed.
 * @see https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM
 */
const deadlockMs = 100;

/** Catalogs of what has an owner, the column that tells, and what of it can have another. */
const catalogs: [catalog: string, owner: string, which?: string][] = [
  [
    'pg_class',
    'relowner',
    `relkind in ('r', 'p', 'v', 'm', 'f', 'S') and relpersistence <> 't' and not exists (select from pg_depend
       where classid = 'pg_class'::regclass and objid = o.oid and deptype in ('a', 'i') and relkind = 'S')`,
  ],
  ['pg_proc', 'proowner'],
  [
    'pg_type',
    'typowner',
    `typtype in ('b', 'c', 'd', 'e', 'r') and not exists (select from pg_type e where e.typarray = o.oid)
       and (typrelid = 0 or exists (select from pg_class c where c.oid = o.typrelid and c.relkind = 'c'))`,
  ],
  ['pg_namespace', 'nspowner', `nspname !~ '^pg_'`],
  ['pg_operator', 'oprowner'],
  ['pg_opclass', 'opcowner'],
  ['pg_opfamily', 'opfowner'],
  ['pg_collation', 'collowner'],
  ['pg_conversion', 'conowner'],
  ['pg_ts_config', 'cfgowner'],
  ['pg_ts_dict', 'dictowner'],
  ['pg_statistic_ext', 'stxowner'],
  ['pg_foreign_server', 'srvowner'],
  // Those of all tables, as event triggers and foreign data wrappers, only a superuser may own.
  ['pg_publication', 'pubowner', 'not puballtables'],
  ['pg_largeobject_metadata', 'lomowner'],
];

function owned([catalog, owner, which = 'true']: (typeof catalogs)[number], role: string): string {
  const classId = catalog === 'pg_largeobject_metadata' ? 'pg_largeobject' : catalog;
  return `select '${classId}'::regclass::oid as class, o.oid as object from ${catalog} o
     where o.${owner} = (select oid from pg_roles where rolname = ${role}) and o.oid >= ${firstOwnOid} and ${which}`;
}

/**
 * Gives what one role owns in the connected database to another, except for what belongs to an extension. An object at
 * a time, since `reassign owned` refuses a server's first account.
 */
export function handOver(from: string, to: string): string {
  const objects = catalogs.map((one) => owned(one, literal(from))).join('\n    union all ');
  return `set lock_timeout = '${waitSeconds}s';
set deadlock_timeout = '${deadlockMs}ms';
do $shipmate$ declare one record; moved int := 0; tried int; begin
  for one in select (pg_identify_object(class, object, 0)).type as type,
      (pg_identify_object(class, object, 0)).identity as identity
    from (${objects}) as owned
    where not exists (select from pg_depend where classid = class and objid = object and deptype = 'e')
  loop
    tried := 0;
    loop
      begin
        execute format('alter %s %s owner to %I',
          case one.type when 'statistics object' then 'statistics' else one.type end, one.identity, ${literal(to)});
        exit;
      exception
        when undefined_object or undefined_table or undefined_function or invalid_schema_name then exit;
        when lock_not_available then
          tried := tried + 1;
          if tried = ${tries} then raise; end if;
      end;
    end loop;
    moved := moved + 1;
    if moved % ${batch} = 0 then commit; end if;
  end loop;
end $shipmate$;
`;
}
