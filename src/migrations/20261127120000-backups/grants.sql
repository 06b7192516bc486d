grant select, insert, update, delete on backup_stores, restores to shipmate_app, shipmate_system;
