-- Databases that a preview is given, and that are thrown away with it.
alter table databases add column variant_id uuid null, add column stands_for_id uuid null, add column preview jsonb null;
alter table databases
  add constraint databases_variant_id_foreign foreign key (variant_id) references applications (id) on delete cascade,
  add constraint databases_stands_for_id_foreign foreign key (stands_for_id) references databases (id) on delete set null,
  add constraint check_db_preview check ((variant_id is null) = (preview is null));
create index databases_variant_id_index on databases (variant_id) where variant_id is not null;
create index databases_stands_for_id_index on databases (stands_for_id);
