-- Without a foreign key: making and dropping partitions would lock `applications`. Rows of deleted ones expire.
create table task_metrics (
  application_id uuid not null,
  seconds integer not null,
  at timestamptz not null,
  service varchar(63) not null,
  slot integer not null,
  node_id varchar(64) not null,
  samples integer not null,
  cpu_seconds double precision not null,
  measured_seconds double precision not null,
  memory_bytes bigint not null,
  memory_peak_bytes bigint not null,
  memory_limit_bytes bigint null,
  received_bytes bigint not null,
  sent_bytes bigint not null,
  restarts integer not null,
  primary key (application_id, seconds, at, service, slot, node_id)
) partition by range (seconds, at);
create table task_metrics_default partition of task_metrics default;
alter table task_metrics add constraint check_task_metrics_seconds check (seconds in (60, 600, 3600));
create index task_metrics_at_index on task_metrics (at);
alter table swarm_nodes add column measured_at timestamptz null;
