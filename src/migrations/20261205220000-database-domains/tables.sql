-- Domains of databases say who may connect. Rows from before, which no command made, led nowhere.
delete from domains where target_type = 'database';
alter table domains add column allowed jsonb null;
alter table domains
  add constraint check_domain_allowed
    check ((target_type = 'database') = (allowed is not null) and jsonb_array_length(allowed) > 0),
  add constraint check_domain_of_database
    check (target_type <> 'database' or (port is not null and tls_enabled and redirect_to_id is null));
create unique index domains_database_port_index on domains (port) where target_type = 'database';
