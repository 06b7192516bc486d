alter table previews add column labelled boolean not null default false;
