-- Makes partitions for the months (UTC) before `before` whose rows the default partition took in, and moves them there:
-- then they can go as any other month. Returns the new ones.
create function part_old_audit_rows(before timestamptz) returns setof text
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s'
as $$
declare
  month timestamp;
  since timestamptz;
  until timestamptz;
  partition text;
begin
  perform pg_advisory_xact_lock(hashtextextended('shipmate:audit_partitions', 0));
  for month in
    select distinct date_trunc('month', created_at at time zone 'UTC') as month
    from audit_logs_default where created_at < before order by month limit 12
  loop
    partition := to_char(month, '"audit_logs_"YYYY_MM');
    continue when to_regclass('public.' || partition) is not null;
    since := month at time zone 'UTC';
    until := (month + interval '1 month') at time zone 'UTC';
    alter table audit_logs detach partition audit_logs_default;
    execute format('create table %I partition of audit_logs for values from (%L) to (%L)', partition, since, until);
    with moved as (
      delete from audit_logs_default where created_at >= since and created_at < until returning *
    )
    insert into audit_logs select * from moved;
    alter table audit_logs attach partition audit_logs_default default;
    return next partition;
  end loop;
end;
$$;
revoke execute on function part_old_audit_rows(timestamptz) from public;

-- Drops the partition of a past month, if it still holds what was
-- archived: this many rows, up to this id. Whoever reads or writes the audit log waits for two seconds at most.
create function drop_audit_partition(partition text, archived_rows bigint, archived_last_id bigint) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s'
as $$
declare
  rows bigint;
  last_id bigint;
begin
  if partition !~ '^audit_logs_\d{4}_\d{2}$'
    or to_date(right(partition, 7), 'YYYY_MM') >= date_trunc('month', now() at time zone 'UTC') then
    raise exception '% is no past month of the audit log', partition using errcode = 'invalid_parameter_value';
  end if;
  execute format('lock table %I in share mode', partition);
  execute format('select count(*), coalesce(max(id), 0) from %I', partition) into rows, last_id;
  if (rows, last_id) is distinct from (archived_rows, archived_last_id) then
    raise exception '% holds % rows up to %, not the % up to % that were archived',
      partition, rows, last_id, archived_rows, archived_last_id using errcode = 'object_not_in_prerequisite_state';
  end if;
  execute format('alter table audit_logs detach partition %I', partition);
  execute format('drop table %I', partition);
end;
$$;
revoke execute on function drop_audit_partition(text, bigint, bigint) from public;
