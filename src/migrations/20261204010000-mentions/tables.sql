-- What has been said in the thread of a live message, each once. Deployments that have ended are not announced anew.
alter table chat_messages add column replies jsonb not null default '[]';
update chat_messages set replies = '["failure"]' where finished_at is not null;

alter table notification_routes add column mentions varchar(20) not null default 'people';
alter table notification_routes
  add constraint check_notification_route_mentions check (mentions in ('people', 'requester', 'nobody'));
