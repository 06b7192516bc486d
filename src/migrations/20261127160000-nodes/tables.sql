alter table volumes add column node_id varchar(64), add column node_name varchar(255);
alter table volumes add constraint check_volume_node
  check ((node_id is null) = (node_name is null) and (node_id is null or type = 'docker_volume'));
