-- Where a restore was asked for, the message there, what it has said, and when those who may approve were reminded.
alter table restores add column platform varchar(50);
alter table restores add column channel varchar(255);
alter table restores add column message varchar(255);
alter table restores add column called varchar(50);
alter table restores add column reminded_at timestamptz;
alter table restores add constraint check_restore_platform check (platform in ('console', 'slack', 'discord', 'http'));
alter table restores add constraint check_restore_called check (called in ('asked', 'reminded', 'ended'));
create index restores_calls_index on restores (platform)
  where (channel is not null) and (called is distinct from 'ended');
