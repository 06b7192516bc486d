grant select, insert, update, delete on deploy_locks, freeze_windows, approvals to shipmate_app, shipmate_system;
