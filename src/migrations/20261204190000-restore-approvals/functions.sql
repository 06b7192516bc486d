-- What has to be told of a restore that waits for approval commits with the change: that it waits, that it expires soon, and
-- what came of it. What came of it before it was told is not.
create function record_restore_event() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if tg_op <> 'DELETE' and new.status = 'waiting' and (tg_op = 'INSERT' or old.reminded_at is distinct from new.reminded_at)
  then
    perform insert_notifications(
      'approval', 'warning', null, null, new.id::text,
      jsonb_build_object(
        'kind', 'restore-waiting',
        'database', p.name || '/' || d.name,
        'restore', new.id,
        'requestedBy', new.metadata ->> 'requested_by',
        'backup', b.id,
        'backedUpAt', to_char(b.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      ),
      p.id, p.name || '/' || d.name
    )
    from databases d join projects p on p.id = d.project_id join backups b on b.id = new.backup_id
    where d.id = new.database_id;
    perform pg_notify('notification', new.id::text);
  elsif tg_op <> 'INSERT' and old.status = 'waiting' and (tg_op = 'DELETE' or new.status <> 'waiting') then
    update notifications set
      count = case when message is null then count else count + 1 end,
      ended_at = case when message is null and shown_count = 0 then now() end
    where subject = old.id::text and event = 'approval' and ended_at is null;
    perform pg_notify('notification', old.id::text);
  end if;
  return null;
end;
$$;
revoke execute on function record_restore_event() from public;
create trigger record_restore_event after insert or update or delete on restores
for each row execute function record_restore_event();
