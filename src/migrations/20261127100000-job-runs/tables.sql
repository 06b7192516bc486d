create table job_runs (
  id bigserial not null,
  job varchar(100) not null,
  key varchar(255) not null,
  input jsonb not null default '{}',
  requested_by uuid null,
  status varchar(20) not null default 'running',
  result text null,
  error_id varchar(20) null,
  started_at timestamptz not null default now(),
  finished_at timestamptz null,
  primary key (id)
);
create index job_runs_job_id_index on job_runs (job, id desc);
create index job_runs_key_index on job_runs (key);
create index job_runs_requested_by_index on job_runs (requested_by);
alter table job_runs
  add constraint check_job_run_status check (status in ('running', 'success', 'failed', 'interrupted'));
alter table job_runs
  add constraint check_job_run_finished check ((status = 'running') = (finished_at is null));
alter table job_runs
  add constraint job_runs_requested_by_foreign foreign key (requested_by) references users (id) on delete set null;

-- Those whose log is still here, the oldest first: what retention takes next.
create index deployments_logged_index on deployments (completed_at, id) where logs is not null;
