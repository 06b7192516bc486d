-- Stores deliveries together with the deployments that they request, in one transaction. It takes the ordinary case only:
-- a delivery with anything unusual about it is left alone, and looked at by itself. Returns the numbers of those that it
-- stored, and of those that were stored before and that nothing more can come of. `p_sources` are the sources that a delivery relies on, and what it
-- deploys to each; no application occurs twice.
--
-- A plan may be made while the tables are empty and is used when they are not: the subqueries leave the planner nothing
-- but the index that fits. The newest deployments are read in their order and looked at after that: by their status, where
-- few deployments seemed to have it, every delivery read those of all applications. Nothing is sorted that an index has in order:
-- where few seemed to have it, reading and sorting all of the application seemed cheaper than looking from the newest on.
create or replace function accept_deliveries(
  p_deliveries jsonb, p_sources jsonb, p_channels jsonb, out stored int[], out duplicates int[]
)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off
as $$
#variable_conflict use_column
declare
  v_locked uuid[];
  v_unusual int[];
  v_applications uuid[];
  v_deployments uuid[];
  v_superseded jsonb[];
  v_pending uuid[];
begin
  -- Whoever else holds an application decides something about it: that delivery does not hold up the others. What follows
  -- is a statement of its own, so it sees what was committed before the rows were locked.
  v_locked := array(
    select a.id from applications a
    where a.id = any (array(
      select w.application from jsonb_to_recordset(p_sources) as w (application uuid) where w.application is not null
    ))
    order by a.id for update skip locked
  );

  v_unusual := array(
    select w.at
    from jsonb_to_recordset(p_sources) as w (at int, source uuid, version text, application uuid, before text, commit_sha text)
    left join lateral (select g as row from git_sources g where g.id = w.source offset 0) as s on true
    left join lateral (select g as row from applications g where g.id = (s.row).application_id offset 0) as a on true
    left join lateral (select g as row from projects g where g.id = (a.row).project_id offset 0) as p on true
    where not coalesce((a.row).deleted_at is null and webhook_source_version(s.row, a.row, p.row) = w.version and (w.application is null or (
      w.application = (a.row).id and w.application = any (v_locked)
      and not exists (select from deploy_locks l where l.application_id = w.application)
      and not exists (select from freeze_windows f where f.project_id = (p.row).id)
      and coalesce((
        select newest.commit_sha <> w.commit_sha and ((s.row).commit_sha is null or newest.commit_sha = w.before)
        from (
          select d.commit_sha, d.status, d.started_at from deployments d
          where d.application_id = w.application order by d.started_at desc offset 0
        ) as newest
        where newest.commit_sha is not null and newest.status in ('pending', 'building', 'deploying', 'success')
        order by newest.started_at desc limit 1
      ), (s.row).commit_sha is null or ((s.row).commit_sha = w.before and (s.row).commit_sha <> w.commit_sha))
    )), false)
  );

  with inserted as (
    insert into webhook_deliveries (
      id, provider, delivery_id, event, repository, ref, commit_sha, outcome, git_source_id, body_hash
    )
    select d.id, d.provider, d.delivery_id, d.event, d.repository, d.ref, d.commit_sha, d.outcome, d.source, d.body_hash
    from jsonb_to_recordset(p_deliveries) as d (
      at int, id uuid, provider text, delivery_id text, event text, repository text, ref text, commit_sha text,
      outcome jsonb, source uuid, body_hash text
    )
    where d.at <> all (v_unusual)
    order by d.source, d.body_hash
    on conflict do nothing
    returning id
  )
  select
    coalesce(array_agg(d.at) filter (where i.id is not null), '{}'),
    coalesce(array_agg(d.at) filter (where i.id is null and (
      exists (
        select from webhook_deliveries e
        where e.provider = d.provider and e.delivery_id = d.delivery_id and e.git_source_id = d.source
          and is_done_with(e.outcome)
      ) or exists (
        select from webhook_deliveries e
        where e.git_source_id = d.source and e.body_hash = d.body_hash and is_done_with(e.outcome)
      )
    )), '{}')
  into stored, duplicates
  from jsonb_to_recordset(p_deliveries) as d (
    at int, id uuid, provider text, delivery_id text, source uuid, body_hash text
  ) left join inserted i on i.id = d.id;

  select array_agg(w.application), array_agg(w.deployment), array_agg(w.superseded)
  into v_applications, v_deployments, v_superseded
  from jsonb_to_recordset(p_sources) as w (at int, application uuid, deployment uuid, superseded jsonb)
  where w.application is not null and w.at = any (stored);
  if v_applications is null then return; end if;

  v_pending := array(
    select p.id from unnest(v_applications) as application cross join lateral (
      select d.id from deployments d where d.application_id = application and d.status = 'pending' offset 0 for update
    ) as p
  );
  if v_pending <> '{}' then
    update deployments d set
      status = 'failed', completed_at = now(),
      metadata = d.metadata - 'progress' || v_superseded[array_position(v_applications, d.application_id)],
      logs = (select string_agg(l.message, E'\n' order by l.id) from deployment_logs l where l.deployment_id = d.id)
    where d.id = any (v_pending);
  end if;

  -- Deployments of an application are ordered by their start, which never goes back, whatever the clock does.
  insert into deployments (id, application_id, commit_sha, metadata, started_at)
  select w.deployment, w.application, w.commit_sha, w.metadata, greatest(now(), (
    select d.started_at from deployments d where d.application_id = w.application order by d.started_at desc limit 1
  ) + interval '1 ms')
  from jsonb_to_recordset(p_sources) as w (deployment uuid, application uuid, commit_sha text, metadata jsonb)
  where w.deployment = any (v_deployments);

  insert into audit_logs (action, resource_type, resource_id, details, ip_address, user_agent)
  select 'application.deploy', 'application', w.application, w.details, w.ip_address, w.user_agent
  from jsonb_to_recordset(p_sources) as w (
    deployment uuid, application uuid, details jsonb, ip_address inet, user_agent text
  )
  where w.deployment = any (v_deployments);

  if p_channels <> '[]' then
    -- A notification route may already have inserted one.
    insert into chat_messages (id, deployment_id, platform, channel)
    select gen_random_uuid(), deployment, c.platform, c.channel
    from unnest(v_deployments) as deployment
    cross join jsonb_to_recordset(p_channels) as c (platform text, channel text)
    on conflict do nothing;
  end if;

  perform enqueue_deployments(v_applications);
  perform pg_notify('deployment', id::text) from unnest(v_deployments || v_pending) as changed (id);
end;
$$;
