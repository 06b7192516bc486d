delete from notifications where event = 'restored';
update notification_routes set events = events - 'restored';
alter table notifications drop constraint check_notification_event;
alter table notifications add constraint check_notification_event check (event in (
  'started', 'succeeded', 'failed', 'rolled-back', 'approval', 'unhealthy', 'backup-failed', 'certificate',
  'node-lost', 'disk-full', 'behind', 'job-failed', 'digest'
));
