-- Shipmate's own host name is a domain of no project.
alter table domains alter column project_id drop not null;
alter table domains drop constraint check_domain_target_type;
alter table domains
  add constraint check_domain_target_type check (target_type in ('application', 'database', 'shipmate')),
  add constraint check_domain_of_project check ((target_type = 'shipmate') = (project_id is null));
