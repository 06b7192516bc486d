drop trigger domains_of_deleted_application on applications;
drop trigger domains_of_archived_application on applications;
drop trigger domains_of_deleted_database on databases;
drop function remove_domains_of_target(), app_domain_is_taken(text, uuid);
alter table domains
  drop column port,
  drop column redirect_to_id,
  drop column max_body_bytes,
  drop column timeout_seconds,
  drop column hsts;
