alter table branch_heads drop constraint check_branch_head_state;
update branch_heads set state = 'told' where state = 'notified';
alter table branch_heads add constraint check_branch_head_state check (state in ('found', 'told', 'skipped'));

-- Earlier versions deliver ready replies and bare digests, and have no words for facts.
update notifications set payload = payload -> 'digest' where payload ->> 'kind' = 'digest';
update notifications
set payload = jsonb_build_object('tone', severity, 'title', event, 'text', 'A newer version of Shipmate recorded it.')
where payload ? 'kind';
