-- Who sees few things is handed their ids, which an index looks up; who sees many gets null here, and policies look at
-- each row that a statement reaches. A list of 10,000 ids costs more than all else in a statement. They run as the
-- tables' owner and tell only about the person who asks.

-- The list, or null when it is longer than 200: comparing a row with more costs as much as looking up its project.
create function app_short_list(ids uuid[]) returns uuid[]
language sql immutable parallel safe
return case when cardinality(ids) <= 200 then ids end;

create function app_few_project_ids() returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  if app_is_super_admin() then return null; end if;
  return app_short_list(array(
    (select id from projects where owner_id = app_user_id() limit 201)
    union
    (select p.id from team_members m join projects p on p.team_id = m.team_id where m.user_id = app_user_id() limit 201)
  ));
end;
$$;

create function app_few_application_ids() returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare
  projects uuid[] := app_few_project_ids();
begin
  if projects is null then return null; end if;
  return app_short_list(array(select id from applications where project_id = any (projects) limit 201));
end;
$$;

create function app_few_database_ids() returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare
  projects uuid[] := app_few_project_ids();
begin
  if projects is null then return null; end if;
  return app_short_list(array(select id from databases where project_id = any (projects) limit 201));
end;
$$;

create function app_few_domain_ids() returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare
  projects uuid[] := app_few_project_ids();
begin
  if projects is null then return null; end if;
  return app_short_list(array(select id from domains where project_id = any (projects) limit 201));
end;
$$;

-- The least id there is when `applies`, otherwise the greatest: from there on are all rows, or none. With null, the
-- rest of a condition would be evaluated for each row.
create function app_all_from(applies boolean) returns uuid
language sql immutable parallel safe
return case
  when applies then '00000000-0000-0000-0000-000000000000'::uuid else 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
end;

-- The same, unless there is a list.
create function app_all_unless(few uuid[]) returns uuid
language sql immutable parallel safe
return app_all_from(few is null);

-- The teams of the person; policies let a super_admin see all of them.
create or replace function app_team_ids(level text) returns setof uuid
language sql stable security definer rows 10 set search_path = public, pg_temp
as $$ select team_id from team_members where user_id = app_user_id() and role = any (app_team_roles(level)) $$;

-- By name, those with failed applications first.
drop function app_application_stats();
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

-- Both are asked by policies of the very table, whose subqueries would ask the policy again.

create function app_owns_project(owned uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$ select exists (select from projects where id = owned and owner_id = app_user_id()) $$;

create function app_changes_domain(changed uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
  select exists (
    select from domains d join projects p on p.id = d.project_id where d.id = changed
      and (p.owner_id = app_user_id() or p.team_id in (select app_team_ids('member')) or app_is_super_admin())
  )
$$;

-- True: what a policy selects from a row that is there.
create function app_seen() returns boolean language sql immutable parallel safe return true;
