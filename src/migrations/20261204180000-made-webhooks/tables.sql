-- What Shipmate made at the git host, by the host's ids.
alter table git_sources add column hook_id varchar(255);
alter table git_sources add column deploy_key_id varchar(255);
