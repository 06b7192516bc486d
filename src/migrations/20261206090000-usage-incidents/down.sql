delete from incidents where kind <> 'unhealthy';
drop index incidents_open_subject_index;
drop index incidents_open_index;
alter table incidents drop constraint check_incident_subject;
alter table incidents drop constraint check_incident_kind;
alter table incidents drop column kind, drop column subject;
alter table incidents alter column application_id set not null;
create unique index incidents_open_index on incidents (application_id) where ended_at is null;
