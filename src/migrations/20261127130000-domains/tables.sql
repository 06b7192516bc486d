alter table domains
  add column port integer null,
  add column redirect_to_id uuid null,
  add column max_body_bytes bigint null,
  add column timeout_seconds integer null,
  add column hsts boolean not null default false;
create index domains_redirect_to_id_index on domains (redirect_to_id);
alter table domains
  add constraint domains_redirect_to_id_foreign foreign key (redirect_to_id) references domains (id) on delete cascade;
alter table domains add constraint check_domain_limits check (port >= 1 and port <= 65535 and max_body_bytes >= 1 and timeout_seconds >= 1 and timeout_seconds <= 86400);
