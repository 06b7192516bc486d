drop function keep_task_metrics();
drop table task_metrics;
alter table swarm_nodes drop column measured_at;
