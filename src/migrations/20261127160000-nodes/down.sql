alter table volumes drop constraint check_volume_node;
alter table volumes drop column node_id, drop column node_name;
