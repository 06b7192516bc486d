delete from webhook_deliveries where provider not in ('github', 'gitlab', 'bitbucket', 'bitbucket-data-center', 'gitea');
delete from git_sources s using applications a where a.id = s.application_id and a.type = 'docker';
update applications set source_config = source_config - 'image_registry' where source_config ? 'image_registry';
alter table webhook_deliveries drop constraint check_webhook_delivery_provider;
alter table webhook_deliveries add constraint check_webhook_delivery_provider
  check (provider in ('github', 'gitlab', 'bitbucket', 'bitbucket-data-center', 'gitea'));
