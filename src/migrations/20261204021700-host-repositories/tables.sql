alter table git_sources add column host_repository_id varchar(100);
alter table git_sources add column web_address varchar(500);
create index git_sources_provider_host_repository_id_index on git_sources (provider, host_repository_id);

alter table git_sources drop constraint check_git_provider;
alter table git_sources add constraint check_git_provider
  check (provider in ('github', 'gitlab', 'bitbucket', 'bitbucket-data-center', 'gitea'));
alter table webhook_deliveries drop constraint check_webhook_delivery_provider;
alter table webhook_deliveries add constraint check_webhook_delivery_provider
  check (provider in ('github', 'gitlab', 'bitbucket', 'bitbucket-data-center', 'gitea'));
alter table applications drop constraint check_app_source_type;
alter table applications add constraint check_app_source_type
  check (source_type in ('github', 'gitlab', 'bitbucket', 'bitbucket-data-center', 'gitea', 'docker', 'docker_compose', 'git'));

drop trigger webhook_sources_changed on git_sources;
create trigger webhook_sources_changed
  after insert or delete or truncate or update of
    application_id, provider, repository, branch, webhook_config, host_repository_id, web_address
  on git_sources for each statement execute function notify_webhook_sources();
