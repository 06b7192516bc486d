-- A compose application's origin is its compose file; which git host has that file is in its configuration.
update applications
set source_type = 'docker_compose',
    source_config = source_config || case when source_type = 'git' then '{}' else jsonb_build_object('provider', source_type) end
where type = 'compose' and source_type not in ('docker', 'docker_compose');
