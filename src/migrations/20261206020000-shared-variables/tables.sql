create table shared_variables (
  id uuid not null,
  project_id uuid not null,
  environment varchar(50) not null default '',
  key varchar(255) not null,
  value text not null,
  is_secret boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table shared_variables add constraint shared_variables_project_id_environment_key_unique unique (project_id, environment, key);
create table variable_changes (
  id bigserial not null,
  project_id uuid not null,
  application_id uuid null,
  environment varchar(50) not null default '',
  for_previews boolean not null default false,
  changed_by uuid null,
  back_to bigint null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index variable_changes_application_id_index on variable_changes (application_id);
create index variable_changes_changed_by_index on variable_changes (changed_by);
create index variable_changes_scope_index on variable_changes (project_id, application_id, environment, for_previews, id);
create table changed_variables (
  id uuid not null,
  change_id bigint not null,
  key varchar(255) not null,
  before_kind varchar(20) not null,
  before_value text null,
  after_kind varchar(20) not null,
  after_value text null,
  primary key (id)
);
alter table changed_variables add constraint changed_variables_change_id_key_unique unique (change_id, key);
alter table shared_variables add constraint shared_variables_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table shared_variables add constraint check_shared_variable_key check (key ~ '^[A-Z_][A-Z0-9_]*$');
alter table shared_variables add constraint check_shared_variable_environment check (environment ~ '^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$');
alter table shared_variables add constraint check_shared_variable_sealed check (not is_secret or value ~ '^v1\.');
alter table variable_changes add constraint variable_changes_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table variable_changes add constraint variable_changes_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table variable_changes add constraint variable_changes_changed_by_foreign foreign key (changed_by) references users (id) on delete set null;
alter table changed_variables add constraint changed_variables_change_id_foreign foreign key (change_id) references variable_changes (id) on delete cascade;
alter table changed_variables add constraint check_changed_variable_before check (before_kind in ('unset', 'plain', 'secret', 'build', 'database'));
alter table changed_variables add constraint check_changed_variable_after check (after_kind in ('unset', 'plain', 'secret', 'build', 'database'));
alter table changed_variables add constraint check_changed_variable_kept check ((before_kind in ('plain', 'secret', 'build')) = (before_value is not null));
alter table changed_variables add constraint check_changed_variable_sealed check (before_kind in ('unset', 'plain', 'database') or before_value ~ '^v1\.');
alter table changed_variables add constraint check_changed_variable_shown check ((after_kind = 'plain') = (after_value is not null));
