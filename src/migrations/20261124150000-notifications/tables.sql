create table notification_routes (
  id uuid not null,
  project_id uuid null,
  created_by uuid null,
  platform varchar(50) not null,
  channel varchar(255) not null,
  pattern varchar(255) not null,
  events jsonb not null,
  severity varchar(20) not null default 'info',
  quiet varchar(11) null,
  zone varchar(64) not null default 'UTC',
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table notification_routes
  add constraint notification_routes_platform_channel_pattern_unique unique (platform, channel, pattern);
create index notification_routes_project_id_index on notification_routes (project_id);
create index notification_routes_created_by_index on notification_routes (created_by);
alter table notification_routes
  add constraint check_notification_route_platform check (platform in ('console', 'slack', 'discord', 'http'));
alter table notification_routes
  add constraint check_notification_route_severity check (severity in ('info', 'warning', 'danger'));

create table notifications (
  id bigserial not null,
  route_id uuid not null,
  deployment_id uuid null,
  event varchar(50) not null,
  severity varchar(20) not null,
  subject varchar(255) not null,
  payload jsonb null,
  count int not null default 1,
  shown_count int not null default 0,
  message varchar(255) null,
  attempts int not null default 0,
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  ended_at timestamptz null,
  primary key (id)
);
create index notifications_route_id_index on notifications (route_id);
create index notifications_deployment_id_index on notifications (deployment_id);
create index notifications_waiting_index on notifications (id) where shown_count < count and ended_at is null;
alter table notifications add constraint check_notification_event check (event in (
  'started', 'succeeded', 'failed', 'rolled-back', 'approval', 'unhealthy', 'backup-failed', 'certificate', 'node-lost',
  'digest'
));
alter table notifications add constraint check_notification_severity check (severity in ('info', 'warning', 'danger'));

alter table notification_routes
  add constraint notification_routes_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table notification_routes
  add constraint notification_routes_created_by_foreign foreign key (created_by) references users (id) on delete set null;
alter table notifications
  add constraint notifications_route_id_foreign foreign key (route_id) references notification_routes (id) on delete cascade;
alter table notifications
  add constraint notifications_deployment_id_foreign foreign key (deployment_id) references deployments (id) on delete cascade;
