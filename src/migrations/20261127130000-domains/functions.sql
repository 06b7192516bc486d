-- No foreign key can point at either of two tables, so this is what deletes the domains of a target that goes. As the
-- definer, since whoever may take the target away need not be let at its domains.
create function remove_domains_of_target() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  delete from domains where target_type = tg_argv[0] and target_id = old.id;
  return null;
end;
$$;

create trigger domains_of_deleted_application after delete on applications
  for each row execute function remove_domains_of_target('application');
create trigger domains_of_archived_application after update of deleted_at on applications
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function remove_domains_of_target('application');
create trigger domains_of_deleted_database after delete on databases
  for each row execute function remove_domains_of_target('database');

-- Whether a host name is in use, or falls under a pattern of another project (or the other way round), which the person
-- may not see.
create function app_domain_is_taken(host text, for_project uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp
as $$
  select exists (
    select from domains
    where domain = host
      or (project_id <> for_project and domain = regexp_replace(host, '^[^.]+', '*'))
      or (project_id <> for_project and host like '*.%' and regexp_replace(domain, '^[^.]+', '*') = host)
  )
$$;
revoke execute on function app_domain_is_taken(text, uuid) from public;
grant execute on function app_domain_is_taken(text, uuid) to shipmate_app;
