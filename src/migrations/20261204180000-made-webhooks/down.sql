alter table git_sources drop column deploy_key_id;
alter table git_sources drop column hook_id;
