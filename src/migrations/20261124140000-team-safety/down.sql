-- An earlier Shipmate knows of no approval and would run them.
update deployments
set status = 'failed', completed_at = now(), metadata = metadata - 'progress' - 'approval'
  || '{"reason": "cancelled", "error": "Shipmate was set back to an earlier version."}'
where status = 'pending' and metadata #>> '{approval,state}' = 'waiting';

drop table approvals, freeze_windows, deploy_locks;
drop function refuse_approval_change();
