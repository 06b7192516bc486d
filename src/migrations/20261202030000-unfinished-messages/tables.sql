-- What the reporter asks every few seconds: nearly all messages are finished.
create index chat_messages_unfinished_index on chat_messages (deployment_id) where finished_at is null;
