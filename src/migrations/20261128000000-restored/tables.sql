alter table notifications drop constraint check_notification_event;
alter table notifications add constraint check_notification_event check (event in (
  'started', 'succeeded', 'failed', 'rolled-back', 'approval', 'unhealthy', 'backup-failed', 'restored', 'certificate',
  'node-lost', 'disk-full', 'behind', 'job-failed', 'digest'
));
