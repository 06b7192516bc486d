-- What a preview runs is an application that lists leave out.
alter table applications add column preview_of_id uuid null;
alter table applications
  add constraint applications_preview_of_id_foreign foreign key (preview_of_id) references applications (id) on delete cascade;
create index applications_previews_index on applications (preview_of_id) where preview_of_id is not null;

create table preview_variables (
  id uuid not null,
  application_id uuid not null,
  key varchar(255) not null,
  value text not null,
  is_secret boolean not null default false,
  for_build boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table preview_variables add constraint preview_variables_application_id_key_unique unique (application_id, key);
create table previews (
  id uuid not null,
  application_id uuid not null,
  variant_id uuid null,
  number int not null,
  title varchar(200) null,
  author varchar(255) null,
  author_id varchar(255) null,
  branch varchar(255) not null,
  ref varchar(255) not null,
  commit_sha varchar(40) not null,
  clone_url varchar(500) null,
  from_fork boolean not null,
  by_member boolean null,
  state varchar(50) not null default 'open',
  reason varchar(500) null,
  approved_sha varchar(40) null,
  approved_by uuid null,
  pinned boolean not null default false,
  comment_id varchar(255) null,
  comment_hash varchar(64) null,
  active_at timestamptz not null default now(),
  changed_at timestamptz null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id)
);
create index previews_approved_by_index on previews (approved_by);
create index previews_unclosed_index on previews (application_id) where state <> 'closed';
alter table previews add constraint previews_application_id_number_unique unique (application_id, number);
alter table previews add constraint previews_variant_id_unique unique (variant_id);
alter table preview_variables add constraint preview_variables_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table preview_variables add constraint check_preview_variable_key check (key ~ '^[A-Z_][A-Z0-9_]*$');
alter table preview_variables add constraint check_preview_variable_for_build check (not for_build or is_secret);
alter table preview_variables add constraint check_preview_variable_sealed check (not is_secret or value ~ '^v1\.');
alter table previews add constraint previews_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table previews add constraint previews_variant_id_foreign foreign key (variant_id) references applications (id) on delete set null;
alter table previews add constraint previews_approved_by_foreign foreign key (approved_by) references users (id) on delete set null;
alter table previews add constraint check_preview_state check (state in ('waiting', 'open', 'closed'));
alter table previews add constraint check_preview_number check (number > 0);
