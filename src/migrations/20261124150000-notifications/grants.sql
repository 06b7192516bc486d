grant select, insert, update, delete on notification_routes, notifications to shipmate_app, shipmate_system;
grant usage on sequence notifications_id_seq to shipmate_system;
grant execute on function insert_notifications(text, text, uuid, uuid, text, jsonb) to shipmate_system;
