delete from backups where reference_id is not null;
alter table backups drop column reference_id, drop column marks;
