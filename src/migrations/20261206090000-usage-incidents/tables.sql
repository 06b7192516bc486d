alter table incidents alter column application_id drop not null;
alter table incidents add column kind varchar(20) not null default 'unhealthy', add column subject varchar(310) null;
alter table incidents add constraint check_incident_kind check (kind in ('unhealthy', 'memory', 'restarts', 'disk'));
alter table incidents add constraint check_incident_subject
  check ((kind = 'disk') = (application_id is null) and (kind = 'disk') = (subject is not null));
drop index incidents_open_index;
create unique index incidents_open_index on incidents (application_id, kind) where ended_at is null;
create unique index incidents_open_subject_index on incidents (subject) where ended_at is null;
