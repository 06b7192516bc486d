drop table branch_heads, disks, swarm_nodes, incidents;
drop index deployments_application_id_commit_sha_index;
alter table notification_routes drop column digest, drop column digest_due_at;
