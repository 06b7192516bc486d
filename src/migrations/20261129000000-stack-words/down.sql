update applications
set docker_config = docker_config - 'service_replicas'
  || jsonb_build_object('part_replicas', docker_config -> 'service_replicas')
where docker_config ? 'service_replicas';

-- Of deployments that have ended nobody reads it.
update deployments
set metadata = metadata - 'rollout_from_versions' || jsonb_build_object('rollout_set', metadata -> 'rollout_from_versions')
where metadata ? 'rollout_from_versions' and status in ('pending', 'building', 'deploying');
