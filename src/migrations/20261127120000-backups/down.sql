drop table restores, backup_stores;
alter table backups drop column verified_at, drop column metadata;
