alter table certificates add column source varchar(20) not null default 'acme';
alter table certificates add column warned_days int null;
alter table certificates add constraint check_certificate_source check (source in ('acme', 'uploaded'));

create table acme_accounts (
  id uuid not null,
  directory_url varchar(500) not null,
  private_key text not null,
  paused_until timestamptz null,
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table acme_accounts add constraint acme_accounts_directory_url_unique unique (directory_url);
alter table acme_accounts add constraint check_acme_account_private_key_sealed check (private_key ~ '^v1\.');

create table acme_challenges (
  id uuid not null,
  domain_id uuid not null,
  host varchar(255) not null,
  token varchar(255) not null,
  key_authorization varchar(500) not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (id)
);
alter table acme_challenges add constraint acme_challenges_token_unique unique (token);
create index acme_challenges_domain_id_index on acme_challenges (domain_id);

create table certificate_orders (
  id uuid not null,
  domain_id uuid null,
  host varchar(255) not null,
  directory_url varchar(500) not null,
  url varchar(500) null,
  private_key text null,
  status varchar(20) not null default 'pending',
  error text null,
  created_at timestamptz not null default now(),
  ended_at timestamptz null,
  primary key (id)
);
create index certificate_orders_domain_id_index on certificate_orders (domain_id);
create index certificate_orders_host_created_at_index on certificate_orders (host, created_at);
alter table certificate_orders add constraint check_certificate_order_private_key_sealed check (private_key ~ '^v1\.');
alter table certificate_orders add constraint check_certificate_order_status
  check (status in ('pending', 'valid', 'invalid', 'abandoned'));

create table certificate_renewals (
  id uuid not null,
  domain_id uuid not null,
  attempts int not null default 0,
  next_attempt_at timestamptz null,
  error text null,
  running_since timestamptz null,
  primary key (id)
);
alter table certificate_renewals add constraint certificate_renewals_domain_id_unique unique (domain_id);
create index certificate_renewals_next_attempt_at_index on certificate_renewals (next_attempt_at);
alter table certificate_renewals add constraint check_certificate_renewal_attempts check (attempts >= 0);

alter table acme_challenges
  add constraint acme_challenges_domain_id_foreign foreign key (domain_id) references domains (id) on delete cascade;
alter table certificate_orders
  add constraint certificate_orders_domain_id_foreign foreign key (domain_id) references domains (id) on delete set null;
alter table certificate_renewals
  add constraint certificate_renewals_domain_id_foreign foreign key (domain_id) references domains (id) on delete cascade;
