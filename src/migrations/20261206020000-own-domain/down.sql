delete from domains where target_type = 'shipmate';
alter table domains drop constraint check_domain_of_project, drop constraint check_domain_target_type;
alter table domains add constraint check_domain_target_type check (target_type in ('application', 'database'));
alter table domains alter column project_id set not null;
