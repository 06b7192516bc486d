drop function drop_audit_partition(text, bigint, bigint), part_old_audit_rows(timestamptz);
drop index deployments_logged_index;
drop table job_runs;
