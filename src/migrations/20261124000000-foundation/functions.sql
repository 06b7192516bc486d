-- Who asks: `app.user_id` of the transaction. Unset or empty it is null, and null sees nothing.
create function app_user_id() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '')::uuid;

-- What the policies ask. They run as the tables' owner, which no policy applies to: so policies of tables that
-- point at each other do not recurse. Each tells only about the person who asks.

create function app_user_role() returns text
language sql stable security definer set search_path = public, pg_temp
as $$ select role from users where id = app_user_id() $$;

create function app_is_super_admin() returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$ select exists (select from users where id = app_user_id() and role = 'super_admin') $$;

-- Team roles that include `level`: an admin can what a member can.
create function app_team_roles(level text) returns text[]
language sql immutable parallel safe
return case level
  when 'viewer' then array['owner', 'admin', 'member', 'viewer']
  when 'member' then array['owner', 'admin', 'member']
  when 'admin' then array['owner', 'admin']
  when 'owner' then array['owner']
  else array[]::text[]
end;

create function app_team_ids(level text) returns setof uuid
language sql stable security definer rows 10 set search_path = public, pg_temp
as $$
  select team_id from team_members where user_id = app_user_id() and role = any (app_team_roles(level))
  union
  select id from teams where app_is_super_admin()
$$;

create function app_team_has_members(team uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$ select exists (select from team_members where team_id = team) $$;

-- Level `owner`: the person owns the project; being an owner of its team is level `admin`.
create function app_project_ids(level text) returns setof uuid
language sql stable security definer rows 50 set search_path = public, pg_temp
as $$
  select id from projects where owner_id = app_user_id()
  union
  select p.id from projects p join team_members m on m.team_id = p.team_id
  where level <> 'owner' and m.user_id = app_user_id() and m.role = any (app_team_roles(level))
  union
  select id from projects where app_is_super_admin()
$$;

create function app_application_ids(level text) returns setof uuid
language sql stable security definer rows 200 set search_path = public, pg_temp
as $$ select id from applications where project_id in (select app_project_ids(level)) $$;

-- True when an update leaves the project with its owner and its team.
create function app_project_stays(project uuid, owner uuid, team uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
  select exists (select from projects where id = project and owner_id = owner and team_id is not distinct from team)
$$;

create function soft_delete_application(app_id uuid) returns void
language plpgsql
as $$
begin
  update applications set deleted_at = now(), status = 'archived', updated_at = now() where id = app_id;
end;
$$;

-- At least one owner per team, looked at when the transaction commits. The lock makes two owners who leave at
-- once wait for each other.
create function check_team_has_owner() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  team uuid;
begin
  if tg_table_name = 'teams' then team := new.id; else team := old.team_id; end if;
  perform from teams where id = team for no key update;
  if found and not exists (select from team_members where team_id = team and role = 'owner') then
    raise exception 'team % would be left without an owner', team
      using errcode = 'check_violation', constraint = 'team_has_owner', table = 'team_members';
  end if;
  return null;
end;
$$;

create constraint trigger team_has_owner after insert on teams
  deferrable initially deferred for each row execute function check_team_has_owner();
create constraint trigger team_has_owner after update or delete on team_members
  deferrable initially deferred for each row execute function check_team_has_owner();

-- The audit log only grows. Rows go with their partition (retention); the one change let through is the
-- foreign key's `set null` when a user is deleted.
create function refuse_audit_change() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' and pg_trigger_depth() > 1 and new.user_id is null
    and to_jsonb(new) - 'user_id' = to_jsonb(old) - 'user_id' then
    return new;
  end if;
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end;
$$;

create trigger audit_logs_append_only before update or delete on audit_logs
  for each row execute function refuse_audit_change();
create trigger audit_logs_no_truncate before truncate on audit_logs
  for each statement execute function refuse_audit_change();

-- Makes the partitions (UTC months) of this month and of the `months_ahead` that follow, and returns the new
-- ones. Rows of such a month that the default partition took in meanwhile are moved.
create function ensure_audit_partitions(months_ahead integer) returns setof text
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  first date := date_trunc('month', now() at time zone 'UTC');
  month timestamp;
  since timestamptz;
  until timestamptz;
  partition text;
begin
  perform pg_advisory_xact_lock(hashtextextended('shipmate:audit_partitions', 0));
  for month in select generate_series(first, first + make_interval(months => months_ahead), interval '1 month') loop
    partition := to_char(month, '"audit_logs_"YYYY_MM');
    continue when to_regclass('public.' || partition) is not null;
    since := month at time zone 'UTC';
    until := (month + interval '1 month') at time zone 'UTC';
    if exists (select from audit_logs_default where created_at >= since and created_at < until) then
      alter table audit_logs detach partition audit_logs_default;
      execute format('create table %I partition of audit_logs for values from (%L) to (%L)', partition, since, until);
      with moved as (
        delete from audit_logs_default where created_at >= since and created_at < until returning *
      )
      insert into audit_logs select * from moved;
      alter table audit_logs attach partition audit_logs_default default;
    else
      execute format('create table %I partition of audit_logs for values from (%L) to (%L)', partition, since, until);
    end if;
    return next partition;
  end loop;
end;
$$;
revoke execute on function ensure_audit_partitions(integer) from public;
