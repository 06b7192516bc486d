-- Whose projects a person sees because of who owns them: their own; a super_admin everybody's. An expression on
-- the row's own columns, unlike `app_project_ids`, also lets a row pass that the same statement inserts.
create function app_owner_ids() returns setof uuid
language sql stable security definer rows 1 set search_path = public, pg_temp
as $$
  select app_user_id()
  union
  select id from users where app_is_super_admin()
$$;

create function app_database_ids(level text) returns setof uuid
language sql stable security definer rows 100 set search_path = public, pg_temp
as $$ select id from databases where project_id in (select app_project_ids(level)) $$;

create function app_domain_ids(level text) returns setof uuid
language sql stable security definer rows 200 set search_path = public, pg_temp
as $$ select id from domains where project_id in (select app_project_ids(level)) $$;

-- A check on the present time would make every expired row impossible to change and a dump impossible to load.
create function refuse_expired_certificate() returns trigger
language plpgsql
as $$
begin
  if new.expires_at <= now() then
    raise exception 'the certificate has expired'
      using errcode = 'check_violation', constraint = 'certificate_not_expired', table = 'certificates';
  end if;
  return new;
end;
$$;

create trigger certificate_not_expired before insert on certificates
  for each row execute function refuse_expired_certificate();

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

-- Only its owner may refresh a materialized view. Readers are not kept waiting.
create function refresh_application_stats() returns void
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  refresh materialized view concurrently application_stats;
end;
$$;
revoke execute on function refresh_application_stats() from public;

-- Policies do not reach materialized views: persons read through this.
create function app_application_stats() returns setof application_stats
language sql stable security definer set search_path = public, pg_temp
as $$ select * from application_stats where project_id in (select app_project_ids('viewer')) $$;
revoke execute on function app_application_stats() from public;
