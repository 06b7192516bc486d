import { unseen } from './sql.ts';

/**
 * A check that looks at the time, or by a function at other tables, may refuse rows that lay in its table all along:
 * time went by, or the other table is not filled yet. While a dump is loaded such checks are true. Then they are as they
 * were, valid without having been tried again: the rows are those that the database had.
 */

/** Of a row of `pg_constraint`: whether its outcome may depend on more than the row that it checks. */
const uncertain = `c.contype = 'c' and c.convalidated and (c.conbin::text ~ 'SQLVALUEFUNCTION' or exists (
    select from regexp_matches(c.conbin::text, ':(?:op)?funcid ([0-9]+)', 'g') as named, pg_proc p
    join pg_language l on l.oid = p.prolang
    where p.oid = named[1]::oid and (p.provolatile <> 'i' or l.lanname not in ('internal', 'c'))))`;

/**
 * A dump attaches partitions, which have to have the checks of their table then. Other tables that inherit are made with
 * their own checks, which would not go with others of the same name above them.
 */
const body = `declare one record; begin
  for one in select c.oid, c.conname, d.objid, d.object_identity as identity,
      case when t.oid is null then 'domain' else 'table' end as kind, pg_get_constraintdef(c.oid) as definition
    from pg_event_trigger_ddl_commands() d
    join pg_constraint c on d.objid in (nullif(c.conrelid, 0), nullif(c.contypid, 0))
    left join pg_class t on t.oid = c.conrelid
    where d.classid in ('pg_class'::regclass, 'pg_type'::regclass) and (t.oid is null or t.relkind in ('r', 'p')) and ${uncertain}
  loop
    insert into pg_temp.shipmate_checks (object, kind, identity, name, definition)
      values (one.objid, one.kind, one.identity, one.conname, one.definition);
    execute format('alter %s %s drop constraint %I', one.kind, one.identity, one.conname);
    execute format('alter %s %s add constraint %I check (true)%s', one.kind, one.identity, one.conname,
      case when one.identity = any (tg_argv) then ' no inherit' end);
  end loop; end`;

/** Tables that others than partitions inherit from. */
const parents = `(select coalesce(array_agg(distinct (pg_identify_object('pg_class'::regclass, inhparent, 0)).identity), '{}')
  from pg_inherits join pg_class t on t.oid = inhrelid where relkind = 'r' and not relispartition)`;

/** The table and the function are temporary, so that nothing remains of a load that breaks off. */
export const putChecksOff = `
select format($shipmate_print$create table pg_temp.shipmate_checks
  (at int generated always as identity, object oid, kind text, identity text, name name, definition text);
create function pg_temp.shipmate_put_off() returns event_trigger language plpgsql set search_path = pg_catalog as %L;
create event trigger shipmate_checks on ddl_command_end when tag in ('CREATE TABLE', 'CREATE DOMAIN')
  execute function pg_temp.shipmate_put_off();$shipmate_print$,
  replace($shipmate_print$${body}$shipmate_print$, 'tg_argv', format('%L::text[]', ${parents})))
where exists (select from pg_constraint c where ${uncertain})`;

/** What a table has of the one above it comes and goes with that. */
const back = `do $shipmate$ declare one record; begin
  if to_regclass('pg_temp.shipmate_checks') is null then return; end if;
  drop event trigger shipmate_checks;
  drop function pg_temp.shipmate_put_off();
  create temp table shipmate_own as select s.*, c.coninhcount > 0 and not c.conislocal as inherited,
      obj_description(c.oid, 'pg_constraint') as note
    from pg_temp.shipmate_checks s join pg_constraint c
      on c.conname = s.name and s.object = case s.kind when 'table' then c.conrelid else c.contypid end;
  for one in select * from pg_temp.shipmate_own where not inherited loop
    execute format('alter %s %s drop constraint %I', one.kind, one.identity, one.name);
  end loop;
  -- Those that inherit first: a table adds its check to them, or finds it there.
  for one in select * from pg_temp.shipmate_own where not inherited order by at desc loop
    execute format('alter %s %s add constraint %I %s not valid', one.kind, one.identity, one.name, one.definition);
  end loop;
  for one in select * from pg_temp.shipmate_own where note is not null loop
    execute format('comment on constraint %I on %s%s is %L', one.name, case one.kind when 'domain' then 'domain ' end,
      one.identity, one.note);
  end loop;
  with recursive checked as (select object, kind, name, definition from pg_temp.shipmate_own
    union select inhrelid, kind, name, definition from checked join pg_inherits on inhparent = object and kind = 'table')
  update pg_constraint c set convalidated = true from checked
    where c.contype = 'c' and not c.convalidated and c.conname = name
      and object = case kind when 'table' then c.conrelid else c.contypid end
      and pg_get_constraintdef(c.oid) = definition || ' NOT VALID';
  drop table pg_temp.shipmate_checks, pg_temp.shipmate_own;
end $shipmate$;`;

export const putChecksBack = `select $shipmate_print$${unseen(back)}$shipmate_print$`;
