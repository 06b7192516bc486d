update applications
set source_type = coalesce(source_config->>'provider', 'git'), source_config = source_config - 'provider'
where source_type = 'docker_compose';
