alter table incidents enable row level security;
create policy incidents_system_policy on incidents to shipmate_system using (true) with check (true);
create policy incidents_select_policy on incidents for select to shipmate_app
  using (application_id = any (array(select app_application_ids('viewer'))));

alter table branch_heads enable row level security;
create policy branch_heads_system_policy on branch_heads to shipmate_system using (true) with check (true);
create policy branch_heads_select_policy on branch_heads for select to shipmate_app
  using (application_id = any (array(select app_application_ids('viewer'))));

alter table swarm_nodes enable row level security;
create policy swarm_nodes_system_policy on swarm_nodes to shipmate_system using (true) with check (true);
create policy swarm_nodes_select_policy on swarm_nodes for select to shipmate_app
  using ((select app_is_super_admin()));

alter table disks enable row level security;
create policy disks_system_policy on disks to shipmate_system using (true) with check (true);
create policy disks_select_policy on disks for select to shipmate_app
  using ((select app_is_super_admin()));

grant select on incidents, branch_heads, swarm_nodes, disks to shipmate_app;
grant select, insert, update, delete on incidents, branch_heads, swarm_nodes, disks to shipmate_system;
