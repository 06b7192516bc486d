alter table link_codes drop column created_by, drop column generation;
alter table users drop column session_generation;
