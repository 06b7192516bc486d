delete from volumes where database_id in (select id from databases where variant_id is not null);
delete from databases where variant_id is not null;
alter table databases drop column variant_id, drop column stands_for_id, drop column preview;
