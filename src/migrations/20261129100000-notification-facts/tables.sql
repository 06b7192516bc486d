alter table branch_heads drop constraint check_branch_head_state;
update branch_heads set state = 'notified' where state = 'told';
alter table branch_heads add constraint check_branch_head_state check (state in ('found', 'notified', 'skipped'));
