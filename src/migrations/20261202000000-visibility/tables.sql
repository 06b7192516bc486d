-- A name without a project is looked up among all applications. Lists by name end after a page, and the newest deployments of all are found without those of each application.
create index projects_name_index on projects (name);
create index applications_name_index on applications (name) where deleted_at is null;
create index deployments_started_at_index on deployments (started_at desc);
