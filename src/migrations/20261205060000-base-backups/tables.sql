alter table backups drop constraint check_backup_type;
alter table backups add constraint check_backup_type check (type in ('full', 'incremental', 'snapshot', 'base'));
