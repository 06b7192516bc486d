alter table attempt_counts enable row level security;
create policy attempt_counts_system_policy on attempt_counts to shipmate_system using (true) with check (true);
grant select, insert, update, delete on attempt_counts to shipmate_system;
