drop table previews;
drop table preview_variables;
delete from applications where preview_of_id is not null;

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

drop function app_application_stats(integer);
drop materialized view application_stats;
create materialized view application_stats as
select
  project_id,
  count(*) as total_applications,
  count(*) filter (where status = 'running') as running,
  count(*) filter (where status = 'stopped') as stopped,
  count(*) filter (where status = 'failed') as failed
from applications
where deleted_at is null
group by project_id;
create unique index application_stats_pkey on application_stats (project_id);
create function app_application_stats(most integer) returns setof application_stats
language sql stable security definer set search_path = public, pg_temp
as $$
  select s.* from application_stats s join projects p on p.id = s.project_id
  where p.owner_id = app_user_id() or p.team_id = any (array(select app_team_ids('viewer')))
    or (select app_is_super_admin())
  order by s.failed > 0 desc, p.name limit most
$$;
revoke execute on function app_application_stats(integer) from public;
grant execute on function app_application_stats(integer) to shipmate_app;
grant select on application_stats to shipmate_system;

alter table applications drop column preview_of_id;
