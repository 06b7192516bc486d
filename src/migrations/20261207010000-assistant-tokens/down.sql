-- Without the column, an assistant's token would open everything.
update api_tokens set revoked_at = now() where mcp is not null and revoked_at is null;
alter table api_tokens drop column mcp;
