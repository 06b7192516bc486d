-- As Shipmate last wrote it at the git host; null of webhooks from before, which are looked at once.
alter table git_sources add column hook_url varchar(2000);
alter table host_apps add column hook_url varchar(2000);
