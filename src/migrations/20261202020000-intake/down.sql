drop trigger webhook_projects_changed on projects;
drop trigger webhook_applications_changed on applications;
drop trigger webhook_sources_changed on git_sources;
drop function notify_webhook_sources();
drop function accept_deliveries(jsonb, jsonb, jsonb);
drop function enqueue_deployments(uuid[]);
drop function webhook_source_version(git_sources, applications, projects);
drop index deployments_pending_index;
