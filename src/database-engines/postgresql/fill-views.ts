import { path } from './found-by-path.ts';
import { unseen } from './sql.ts';

/**
 * pg_dump fills materialized views in the order of what they are seen to read, and without a search_path: one that reads
 * another by a function, or tables by names in a text, fails. One that reads a server elsewhere fails where that is out of
 * reach, as from a drill.
 */

/** Those that a dump is to fill; a name with a line break is left to pg_dump. */
const views = `pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'm' and c.relispopulated and position(E'\\n' in nspname || relname) = 0
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')`;

/** Arguments of pg_dump, one a line. */
export const leaveViews = `
select format('--exclude-table-data="%s"."%s"', replace(nspname, '"', '""'), replace(relname, '"', '""')) from ${views}`;

/** Each is tried until no more can be filled. */
const filling = `do $shipmate$ declare waiting text[] := %L; failed text[]; one text; why text; state text; reason text; away bool; path text := ''; begin
  loop
    failed := '{}'; away := false; reason := null;
    foreach one in array waiting loop
      begin
        perform set_config('search_path', path, true);
        execute one;
      exception when others then
        get stacked diagnostics why = message_text, state = returned_sqlstate;
        failed := failed || one;
        away := away or state ~ '^(08|HV)';
        -- One that reads another which is not filled says only that.
        if state !~ '^(08|HV)' and state <> '55000' then reason := format('%%s failed: %%s', one, why); end if;
      end;
    end loop;
    if cardinality(failed) = cardinality(waiting) then
      if path = '' then path := %L;
      elsif reason is not null or not away then
        raise exception '%%', coalesce(reason, format('%%s failed: %%s', failed[1], why));
      else
        raise warning 'these stay empty, since a server that they read cannot be reached: %%', failed;
        exit;
      end if;
    end if;
    waiting := failed;
    exit when cardinality(waiting) = 0;
  end loop;
  perform set_config('search_path', '', true);
end $shipmate$;`;

export const fillViews = `
select format($shipmate_print$${unseen(filling)}$shipmate_print$,
  array_agg(format('refresh materialized view %I.%I', nspname, relname) order by c.oid), ${path})
from ${views} having count(*) > 0`;
