drop table approvals, freeze_windows, deploy_locks;
drop function refuse_approval_change();
