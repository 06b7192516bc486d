-- In the order in which rate-limiter-flexible writes its columns.
create table attempt_counts (
  key varchar(255) not null,
  points int not null default 0,
  expire bigint null,
  primary key (key)
);
create index attempt_counts_expire_index on attempt_counts (expire);
