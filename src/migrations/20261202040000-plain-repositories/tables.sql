-- Without a provider: a plain git server, which sends no webhooks.
alter table git_sources alter column provider drop not null;
alter table branch_heads add column looked_at timestamptz;
alter table branch_heads drop constraint check_branch_head_state;
alter table branch_heads add constraint check_branch_head_state check (state in ('found', 'notified', 'skipped', 'polled'));
