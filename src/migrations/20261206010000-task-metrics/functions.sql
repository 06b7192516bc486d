-- Makes the partitions of today and the next three days (UTC), and drops those whose resolution is no longer kept.
-- Gives up after two seconds rather than making everybody wait behind a long reader; the next call tries again.
create function keep_task_metrics() returns setof text
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s'
as $$
declare
  today date := (now() at time zone 'UTC')::date;
  kept record;
  day date;
  partition text;
  old record;
begin
  perform pg_advisory_xact_lock(hashtextextended('shipmate:task_metrics', 0));
  for kept in select * from (values (60, 1), (600, 3), (3600, 14)) k (seconds, days) loop
    for day in select generate_series(today, today + 3, interval '1 day') loop
      partition := format('task_metrics_%s_%s', kept.seconds, to_char(day, 'YYYY_MM_DD'));
      continue when to_regclass('public.' || partition) is not null;
      -- Stored while no partition could be made for days; a partition is refused while they are there.
      delete from task_metrics_default where seconds = kept.seconds
        and at >= day::timestamp at time zone 'UTC' and at < (day + 1)::timestamp at time zone 'UTC';
      execute format('create table %I partition of task_metrics for values from (%s, %L) to (%s, %L)', partition,
        kept.seconds, day::timestamp at time zone 'UTC', kept.seconds, (day + 1)::timestamp at time zone 'UTC');
      return next partition;
    end loop;
    -- Yesterday's last minute is kept for as many days as its first.
    for old in select relname::text as name from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = 'task_metrics'::regclass and relname like format('task\_metrics\_%s\_%%', kept.seconds)
        and right(relname, 10) < to_char(today - kept.days, 'YYYY_MM_DD')
    loop
      execute format('drop table %I', old.name);
      return next old.name;
    end loop;
  end loop;
  delete from task_metrics_default where at < now() - interval '14 days';
end;
$$;
revoke execute on function keep_task_metrics() from public;
