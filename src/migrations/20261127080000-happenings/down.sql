delete from notifications where event in ('disk-full', 'behind', 'job-failed');
update notification_routes set events = events - array['disk-full', 'behind', 'job-failed'];
alter table notifications drop constraint check_notification_event;
alter table notifications add constraint check_notification_event check (event in (
  'started', 'succeeded', 'failed', 'rolled-back', 'approval', 'unhealthy', 'backup-failed', 'certificate', 'node-lost',
  'digest'
));
