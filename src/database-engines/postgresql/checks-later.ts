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

/** Partitions have the checks of their table; other tables that inherit have their own beside those, in a dump. */
const body = `declare one record; begin
  for one in select c.oid, c.conname, case when t.oid is null then 'domain ' else 'table ' end || d.object_identity as owner,
      t.oid is not null and t.relkind = 'r' and not t.relispartition as alone
    from pg_event_trigger_ddl_commands() d
    join pg_constraint c on d.objid in (nullif(c.conrelid, 0), nullif(c.contypid, 0))
    left join pg_class t on t.oid = c.conrelid
    where d.classid in ('pg_class'::regclass, 'pg_type'::regclass) and (t.oid is null or t.relkind in ('r', 'p')) and ${uncertain}
  loop
    insert into pg_temp.shipmate_checks (owner, name, definition, own)
      select one.owner, one.conname, pg_get_constraintdef(one.oid), t.oid is null or not t.relispartition
      from pg_constraint c left join pg_class t on t.oid = c.conrelid where c.oid = one.oid;
    execute format('alter %s drop constraint %I', one.owner, one.conname);
    execute format('alter %s add constraint %I check (true)%s', one.owner, one.conname,
      case when one.alone then ' no inherit' end);
  end loop; end`;

/** The table and the function are temporary, so that nothing remains of a load that breaks off. */
export const putChecksOff = `
select $shipmate_print$create table pg_temp.shipmate_checks (at int generated always as identity, owner text, name name, definition text, own boolean);
create function pg_temp.shipmate_put_off() returns event_trigger language plpgsql set search_path = pg_catalog as $shipmate$${body}$shipmate$;
create event trigger shipmate_checks on ddl_command_end when tag in ('CREATE TABLE', 'CREATE DOMAIN')
  execute function pg_temp.shipmate_put_off();$shipmate_print$
where exists (select from pg_constraint c where ${uncertain})`;

const back = `do $shipmate$ declare one record; begin
  if to_regclass('pg_temp.shipmate_checks') is null then return; end if;
  drop event trigger shipmate_checks;
  drop function pg_temp.shipmate_put_off();
  create temp table shipmate_notes on commit drop as select s.at, obj_description(c.oid, 'pg_constraint') as note
    from pg_temp.shipmate_checks s join pg_constraint c on c.conname = s.name and s.owner in
      ('table ' || (pg_identify_object('pg_class'::regclass, nullif(c.conrelid, 0), 0)).identity,
       'domain ' || (pg_identify_object('pg_type'::regclass, nullif(c.contypid, 0), 0)).identity);
  for one in select * from pg_temp.shipmate_checks where own order by at loop
    execute format('alter %s drop constraint %I', one.owner, one.name);
  end loop;
  -- Those that inherit first: a table adds its check to them, or finds it there.
  for one in select * from pg_temp.shipmate_checks where own order by at desc loop
    execute format('alter %s add constraint %I %s not valid', one.owner, one.name, one.definition);
  end loop;
  for one in select s.owner, s.name, n.note from pg_temp.shipmate_checks s join pg_temp.shipmate_notes n using (at)
    where n.note is not null loop
    execute format('comment on constraint %I on %s is %L', one.name, regexp_replace(one.owner, '^table ', ''), one.note);
  end loop;
  update pg_constraint c set convalidated = true from pg_temp.shipmate_checks s
    where c.contype = 'c' and not c.convalidated and c.conname = s.name
      and pg_get_constraintdef(c.oid) in (s.definition, s.definition || ' NOT VALID');
  drop table pg_temp.shipmate_checks;
end $shipmate$;`;

export const putChecksBack = `select $shipmate_print$${unseen(back)}$shipmate_print$`;
