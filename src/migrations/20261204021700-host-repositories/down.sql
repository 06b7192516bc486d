drop trigger webhook_sources_changed on git_sources;
create trigger webhook_sources_changed
  after insert or delete or truncate or update of application_id, provider, repository, branch, webhook_config
  on git_sources for each statement execute function notify_webhook_sources();

-- An earlier version takes them for plain repositories, which it polls.
delete from webhook_deliveries where provider = 'bitbucket-data-center';
update applications set source_type = 'git' where source_type = 'bitbucket-data-center';
update git_sources set provider = null where provider = 'bitbucket-data-center';
alter table applications drop constraint check_app_source_type;
alter table applications add constraint check_app_source_type
  check (source_type in ('github', 'gitlab', 'bitbucket', 'gitea', 'docker', 'docker_compose', 'git'));
alter table webhook_deliveries drop constraint check_webhook_delivery_provider;
alter table webhook_deliveries add constraint check_webhook_delivery_provider
  check (provider in ('github', 'gitlab', 'bitbucket', 'gitea'));
alter table git_sources drop constraint check_git_provider;
alter table git_sources add constraint check_git_provider check (provider in ('github', 'gitlab', 'bitbucket', 'gitea'));

drop index git_sources_provider_host_repository_id_index;
alter table git_sources drop column web_address;
alter table git_sources drop column host_repository_id;
