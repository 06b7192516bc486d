alter table task_metrics enable row level security;
create policy task_metrics_system_policy on task_metrics to shipmate_system using (true) with check (true);
create policy task_metrics_select_policy on task_metrics for select to shipmate_app
  using ((application_id = any (array(select unnest(app_few_application_ids()))) or (application_id >= (select app_all_unless(app_few_application_ids())) and (select app_seen() from applications t where t.id = application_id))));
grant select on task_metrics to shipmate_app;
grant select, insert, update, delete on task_metrics to shipmate_system;
grant execute on function keep_task_metrics() to shipmate_system;
