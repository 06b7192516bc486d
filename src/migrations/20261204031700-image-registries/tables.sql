alter table webhook_deliveries drop constraint check_webhook_delivery_provider;
alter table webhook_deliveries add constraint check_webhook_delivery_provider check (provider in (
  'github', 'gitlab', 'bitbucket', 'bitbucket-data-center', 'gitea',
  'docker-hub', 'github-packages', 'gitlab-registry', 'gitea-packages', 'harbor', 'distribution', 'generic'
));
