-- What an assistant may do with the token; null for people and programs.
alter table api_tokens add column mcp varchar(10);
alter table api_tokens add constraint check_api_token_mcp check (mcp in ('read', 'write', 'ask'));
