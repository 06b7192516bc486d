grant select on job_runs to shipmate_app;
grant select, insert, update, delete on job_runs to shipmate_system;
grant usage on sequence job_runs_id_seq to shipmate_system;
grant execute on function part_old_audit_rows(timestamptz), drop_audit_partition(text, bigint, bigint)
  to shipmate_system;
