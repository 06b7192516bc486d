drop trigger deployment_event on deployments;
drop function record_deployment_event();
drop function insert_notifications(text, text, uuid, uuid, text, jsonb);
drop function notification_routes_of(text, text, uuid);
drop function is_live_route(notification_routes);
drop table notifications, notification_routes;
