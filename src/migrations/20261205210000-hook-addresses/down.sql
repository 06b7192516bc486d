alter table host_apps drop column hook_url;
alter table git_sources drop column hook_url;
