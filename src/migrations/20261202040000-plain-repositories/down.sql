delete from branch_heads where state = 'polled';
alter table branch_heads drop constraint check_branch_head_state;
alter table branch_heads add constraint check_branch_head_state check (state in ('found', 'notified', 'skipped'));
alter table branch_heads drop column looked_at;
-- The row stays, for its credentials; it has no secret, so no webhook reaches it.
update git_sources set provider = 'gitea' where provider is null;
alter table git_sources alter column provider set not null;
