-- Without the column they would be variables of the containers.
delete from env_vars where for_build;
alter table env_vars drop column for_build;
