drop table cron_runs;
drop table cron_commands;
