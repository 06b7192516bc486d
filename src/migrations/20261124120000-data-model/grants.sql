grant select, insert, update, delete on databases, volumes, domains, certificates, backups
  to shipmate_app, shipmate_system;
grant select on application_stats to shipmate_system;
grant execute on function refresh_application_stats() to shipmate_system;
grant execute on function app_application_stats() to shipmate_app;
