delete from domains where target_type = 'database';
drop index domains_database_port_index;
alter table domains drop constraint check_domain_allowed, drop constraint check_domain_of_database, drop column allowed;
