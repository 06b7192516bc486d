update applications
set docker_config = docker_config - 'part_replicas'
  || jsonb_build_object('service_replicas', docker_config -> 'part_replicas')
where docker_config ? 'part_replicas';

-- Of deployments that have ended nobody reads it.
update deployments
set metadata = metadata - 'rollout_set' || jsonb_build_object('rollout_from_versions', metadata -> 'rollout_set')
where metadata ? 'rollout_set' and status in ('pending', 'building', 'deploying');
