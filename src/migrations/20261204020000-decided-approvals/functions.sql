-- Whatever changes a deployment, what has to be told of it commits with the change.
create or replace function record_deployment_event() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  reason text := new.metadata ->> 'reason';
begin
  if not exists (select from notification_routes) then return null; end if;
  if tg_op = 'INSERT' then
    insert into chat_messages (id, deployment_id, platform, channel)
    select gen_random_uuid(), new.id, r.platform, r.channel
    from notification_routes_of('started', 'info', new.application_id) r where is_live_route(r)
    on conflict do nothing;
    if new.metadata #>> '{approval,state}' = 'waiting' then
      perform insert_notifications('approval', 'warning', new.application_id, new.id, new.id::text, null);
    end if;
    return null;
  end if;
  -- The notification of an approval that was wanted says what came of it; one that was not delivered yet is not.
  if old.status = 'pending' and old.metadata #>> '{approval,state}' = 'waiting'
    and not (new.status = 'pending' and new.metadata #>> '{approval,state}' = 'waiting') then
    update notifications set
      count = case when message is null then count else count + 1 end,
      ended_at = case when message is null and shown_count = 0 then now() end
    where deployment_id = new.id and event = 'approval' and ended_at is null;
    if found then perform pg_notify('notification', new.id::text); end if;
  end if;
  if new.status = old.status then
    return null;
  elsif new.status = 'success' then
    perform insert_notifications('succeeded', 'info', new.application_id, new.id, new.id::text, null);
  elsif new.status = 'rolled_back' then
    perform insert_notifications('rolled-back', 'danger', new.application_id, new.id, new.id::text, null);
  elsif new.status = 'failed' and coalesce(reason, '') not in ('superseded', 'cancelled') then
    perform insert_notifications('failed', 'danger', new.application_id, new.id, new.id::text, null);
  end if;
  return null;
end;
$$;
