drop trigger webhook_sources_changed on git_sources;
create trigger webhook_sources_changed
  after insert or delete or truncate or update of
    application_id, provider, repository, branch, webhook_config, host_repository_id, web_address
  on git_sources for each statement execute function notify_webhook_sources();
create or replace function webhook_source_version(s git_sources, a applications, p projects) returns text
language sql stable
as $$
  select encode(sha256(convert_to(jsonb_build_array(
    s.webhook_config ->> 'secret', s.provider, s.repository, s.branch, a.id, a.name, a.source_config, p.id, p.name
  )::text, 'UTF8')), 'hex')
$$;
alter table git_sources drop column host_app_id;
drop table host_app_installations;
drop table host_apps;
