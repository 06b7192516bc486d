create table cron_commands (
  id uuid not null,
  application_id uuid not null,
  schedule varchar(100) not null,
  zone varchar(64) not null default 'UTC',
  command text not null,
  service varchar(255) null,
  overlap varchar(20) not null default 'skip',
  limit_seconds int not null default 3600,
  retries int not null default 0,
  enabled boolean not null default true,
  checked_at timestamptz not null,
  created_by uuid null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index cron_commands_application_id_index on cron_commands (application_id);
create index cron_commands_created_by_index on cron_commands (created_by);
create table cron_runs (
  id uuid not null,
  cron_command_id uuid not null,
  due_at timestamptz null,
  requested_by uuid null,
  status varchar(20) not null default 'queued',
  attempt int not null default 0,
  service_name varchar(63) null,
  exit_code int null,
  reason varchar(2000) null,
  output text null,
  started_at timestamptz null,
  ended_at timestamptz null,
  created_at timestamptz not null default now(),
  primary key (id)
);
create index cron_runs_requested_by_index on cron_runs (requested_by);
create index cron_runs_newest_index on cron_runs (cron_command_id, created_at desc);
create index cron_runs_open_index on cron_runs (created_at) where status in ('queued', 'running');
alter table cron_runs add constraint cron_runs_cron_command_id_due_at_unique unique (cron_command_id, due_at);
alter table cron_commands add constraint cron_commands_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table cron_commands add constraint cron_commands_created_by_foreign foreign key (created_by) references users (id) on delete set null;
alter table cron_commands add constraint check_cron_command_overlap check (overlap in ('skip', 'queue'));
alter table cron_commands add constraint check_cron_command_limit check (limit_seconds >= 1 and limit_seconds <= 86400);
alter table cron_commands add constraint check_cron_command_retries check (retries >= 0 and retries <= 10);
alter table cron_runs add constraint cron_runs_cron_command_id_foreign foreign key (cron_command_id) references cron_commands (id) on delete cascade;
alter table cron_runs add constraint cron_runs_requested_by_foreign foreign key (requested_by) references users (id) on delete set null;
alter table cron_runs add constraint check_cron_run_status check (status in ('queued', 'running', 'succeeded', 'failed', 'missed', 'skipped'));
alter table cron_runs add constraint check_cron_run_ended check ((status in ('queued', 'running')) = (ended_at is null));
