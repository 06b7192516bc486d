-- Mattermost is a chat platform.
alter table chat_messages drop constraint check_chat_message_platform;
alter table chat_messages add constraint check_chat_message_platform
  check (platform in ('console', 'slack', 'discord', 'mattermost', 'http'));
alter table chat_identities drop constraint check_chat_identity_platform;
alter table chat_identities add constraint check_chat_identity_platform
  check (platform in ('console', 'slack', 'discord', 'mattermost', 'http'));
alter table notification_routes drop constraint check_notification_route_platform;
alter table notification_routes add constraint check_notification_route_platform
  check (platform in ('console', 'slack', 'discord', 'mattermost', 'http'));
alter table scheduled_deployments drop constraint check_scheduled_deployment_platform;
alter table scheduled_deployments add constraint check_scheduled_deployment_platform
  check (platform in ('console', 'slack', 'discord', 'mattermost', 'http'));
alter table channel_defaults drop constraint check_channel_default_platform;
alter table channel_defaults add constraint check_channel_default_platform
  check (platform in ('console', 'slack', 'discord', 'mattermost', 'http'));
alter table restores drop constraint check_restore_platform;
alter table restores add constraint check_restore_platform
  check (platform in ('console', 'slack', 'discord', 'mattermost', 'http'));
