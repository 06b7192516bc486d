alter table env_vars drop column database_id;
alter table databases drop column status_reason;
