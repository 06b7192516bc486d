alter table webhook_deliveries
  add column git_source_id uuid null,
  add column body_hash varchar(64) null;
alter table webhook_deliveries
  add constraint webhook_deliveries_git_source_id_foreign foreign key (git_source_id) references git_sources (id) on delete set null;
alter table webhook_deliveries
  add constraint webhook_deliveries_git_source_id_body_hash_unique unique (git_source_id, body_hash);
