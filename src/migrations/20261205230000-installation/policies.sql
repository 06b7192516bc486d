alter table installation enable row level security;
create policy installation_system_policy on installation to shipmate_system using (true) with check (true);
grant select, insert, update, delete on installation to shipmate_system;
