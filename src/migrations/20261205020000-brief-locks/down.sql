alter function drop_audit_partition(text, bigint, bigint) set lock_timeout = '2s';
alter function part_old_audit_rows(timestamptz) set lock_timeout = '2s';
