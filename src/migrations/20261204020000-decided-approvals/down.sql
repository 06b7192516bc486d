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
  elsif new.status = old.status then
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
