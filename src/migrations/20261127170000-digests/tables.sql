alter table notification_routes add column digest varchar(20) null;
alter table notification_routes add column digest_due_at timestamptz null;
create index notification_routes_digest_due_at_index on notification_routes (digest_due_at)
  where digest_due_at is not null;
-- Routes that asked for digests before there were any get one every Monday.
update notification_routes set
  digest = 'weekly@mon@09:00',
  digest_due_at = (date_trunc('week', now() at time zone zone) + interval '7 days 9 hours') at time zone zone
where events ? 'digest';
alter table notification_routes add constraint check_notification_route_digest
  check ((digest is null) = (digest_due_at is null));

create index deployments_application_id_commit_sha_index on deployments (application_id, commit_sha);

create table incidents (
  id uuid not null,
  application_id uuid not null,
  replicas int not null,
  running int not null,
  restarts int not null default 0,
  error varchar(500) null,
  began_at timestamptz not null default now(),
  ended_at timestamptz null,
  primary key (id)
);
create index incidents_application_id_began_at_index on incidents (application_id, began_at desc);
create unique index incidents_open_index on incidents (application_id) where ended_at is null;
alter table incidents add constraint check_incident_times check (ended_at >= began_at);

create table swarm_nodes (
  id varchar(64) not null,
  hostname varchar(255) not null,
  role varchar(20) not null,
  address varchar(255) not null,
  availability varchar(20) not null,
  state varchar(20) not null default 'ready',
  tasks int not null default 0,
  seen_at timestamptz not null default now(),
  lost_at timestamptz null,
  primary key (id)
);
alter table swarm_nodes add constraint check_swarm_node_state check (state in ('ready', 'lost'));
alter table swarm_nodes add constraint check_swarm_node_lost check ((state = 'lost') = (lost_at is not null));

create table disks (
  id uuid not null,
  host varchar(255) not null,
  name varchar(50) not null,
  path varchar(500) not null,
  size_bytes bigint not null,
  free_bytes bigint not null,
  used_percent int not null,
  level varchar(20) not null default 'ok',
  samples jsonb not null default '[]',
  checked_at timestamptz not null default now(),
  primary key (id)
);
alter table disks add constraint disks_host_name_unique unique (host, name);
alter table disks add constraint check_disk_level check (level in ('ok', 'warning', 'danger'));

create table branch_heads (
  id uuid not null,
  application_id uuid not null,
  commit_sha varchar(40) not null,
  state varchar(20) not null default 'found',
  found_at timestamptz not null default now(),
  primary key (id)
);
alter table branch_heads add constraint branch_heads_application_id_unique unique (application_id);
alter table branch_heads add constraint check_branch_head_state check (state in ('found', 'told', 'skipped'));

alter table incidents
  add constraint incidents_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
alter table branch_heads
  add constraint branch_heads_application_id_foreign foreign key (application_id) references applications (id) on delete cascade;
