-- Whoever writes to the audit log queues behind a lock that is waited for: the caller asks again instead.
alter function drop_audit_partition(text, bigint, bigint) set lock_timeout = '50ms';
alter function part_old_audit_rows(timestamptz) set lock_timeout = '50ms';
