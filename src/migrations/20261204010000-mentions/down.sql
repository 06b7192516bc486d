alter table notification_routes drop column mentions;
alter table chat_messages drop column replies;
