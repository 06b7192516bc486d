alter table job_runs enable row level security;
create policy job_runs_system_policy on job_runs to shipmate_system using (true) with check (true);
create policy job_runs_select_policy on job_runs for select to shipmate_app
  using ((select app_user_role()) in ('admin', 'super_admin'));
