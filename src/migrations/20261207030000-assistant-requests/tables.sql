create table assistant_requests (
  id uuid not null,
  user_id uuid not null,
  token_id uuid null,
  project_id uuid null,
  client varchar(80) not null,
  command varchar(100) not null,
  line varchar(2000) not null,
  input text not null,
  status varchar(20) not null default 'waiting',
  answer text null,
  decided_by uuid null,
  reason varchar(500) null,
  told jsonb not null default '{}',
  reminded_at timestamptz null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  decided_at timestamptz null,
  ended_at timestamptz null,
  primary key (id)
);
create index assistant_requests_user_id_index on assistant_requests (user_id);
create index assistant_requests_token_id_index on assistant_requests (token_id);
create index assistant_requests_project_id_index on assistant_requests (project_id);
create index assistant_requests_decided_by_index on assistant_requests (decided_by);
create index assistant_requests_open_index on assistant_requests (expires_at) where status in ('waiting', 'running');
alter table assistant_requests add constraint assistant_requests_user_id_foreign foreign key (user_id) references users (id) on delete cascade;
alter table assistant_requests add constraint assistant_requests_token_id_foreign foreign key (token_id) references api_tokens (id) on delete cascade;
alter table assistant_requests add constraint assistant_requests_project_id_foreign foreign key (project_id) references projects (id) on delete cascade;
alter table assistant_requests add constraint assistant_requests_decided_by_foreign foreign key (decided_by) references users (id) on delete set null;
alter table assistant_requests add constraint check_assistant_request_status check (status in ('waiting', 'running', 'done', 'denied', 'expired', 'interrupted'));
alter table assistant_requests add constraint check_assistant_request_input_sealed check (input ~ '^v1\.');
alter table assistant_requests add constraint check_assistant_request_answer_sealed check (answer ~ '^v1\.');
alter table assistant_requests add constraint check_assistant_request_ended check ((status in ('waiting', 'running')) = (ended_at is null));
