create table deploy_locks (
  id uuid not null,
  application_id uuid not null,
  locked_by uuid null,
  holder varchar(255) not null,
  reason varchar(500) not null,
  since timestamptz not null default now(),
  primary key (id)
);
alter table deploy_locks add constraint deploy_locks_application_id_unique unique (application_id);
create index deploy_locks_locked_by_index on deploy_locks (locked_by);

create table freeze_windows (
  id uuid not null,
  project_id uuid not null,
  starts varchar(100) not null,
  duration_minutes int not null,
  zone varchar(64) not null default 'UTC',
  reason varchar(500) not null default '',
  created_by uuid null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index freeze_windows_project_id_index on freeze_windows (project_id);
create index freeze_windows_created_by_index on freeze_windows (created_by);
alter table freeze_windows
  add constraint check_freeze_duration check (duration_minutes >= 1 and duration_minutes <= 44640);

create table approvals (
  id uuid not null,
  deployment_id uuid not null,
  requested_by uuid null,
  decided_by uuid null,
  decision varchar(50) null,
  reason varchar(500) null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  decided_at timestamptz null,
  primary key (id)
);
alter table approvals add constraint approvals_deployment_id_unique unique (deployment_id);
create index approvals_requested_by_index on approvals (requested_by);
create index approvals_decided_by_index on approvals (decided_by);
create index approvals_waiting_index on approvals (expires_at) where decision is null;
alter table approvals
  add constraint check_approval_decision check (decision in ('approved', 'denied', 'expired'));
alter table approvals
  add constraint check_approval_decided check ((decision is null) = (decided_at is null));
-- Nobody approves what they asked for. Null, of a push or a deleted user, is nobody.
alter table approvals
  add constraint check_approval_other_person check (decided_by <> requested_by);

alter table deploy_locks
  add constraint deploy_locks_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table deploy_locks
  add constraint deploy_locks_locked_by_foreign foreign key (locked_by) references users (id) on delete set null;
alter table freeze_windows
  add constraint freeze_windows_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table freeze_windows
  add constraint freeze_windows_created_by_foreign foreign key (created_by) references users (id) on delete set null;
alter table approvals
  add constraint approvals_deployment_id_foreign foreign key (deployment_id) references deployments (id) on delete cascade;
alter table approvals
  add constraint approvals_requested_by_foreign foreign key (requested_by) references users (id) on delete set null;
alter table approvals
  add constraint approvals_decided_by_foreign foreign key (decided_by) references users (id) on delete set null;
