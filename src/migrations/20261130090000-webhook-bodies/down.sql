alter table webhook_deliveries drop column git_source_id, drop column body_hash;
