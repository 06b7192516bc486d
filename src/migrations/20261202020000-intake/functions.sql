-- What an accepted delivery relies on, as one value: when it has changed since it was read, so has this.
create function webhook_source_version(s git_sources, a applications, p projects) returns text
language sql stable
as $$
  select encode(sha256(convert_to(jsonb_build_array(
    s.webhook_config ->> 'secret', s.provider, s.repository, s.branch, a.id, a.name, a.source_config, p.id, p.name
  )::text, 'UTF8')), 'hex')
$$;

-- Jobs of the deployments queue, as pg-boss inserts them; test/queue/pg-boss-rows.test.ts compares every column.
create function enqueue_deployments(p_applications uuid[]) returns void
language plpgsql set plan_cache_mode = force_generic_plan
as $$
begin
  insert into pgboss.job (
    name, data, singleton_key, start_after, created_on, keep_until, policy, retry_limit, retry_delay, retry_backoff,
    retry_delay_max, expire_seconds, deletion_seconds, dead_letter, heartbeat_seconds
  )
  select 'deployments', jsonb_build_object('applicationId', wanted.id), wanted.id, now(), now(),
    now() + q.retention_seconds * interval '1s', q.policy, q.retry_limit, q.retry_delay, q.retry_backoff,
    q.retry_delay_max, q.expire_seconds, q.deletion_seconds, q.dead_letter, q.heartbeat_seconds
  from unnest(p_applications) as wanted (id) left join pgboss.queue q on q.name = 'deployments'
  on conflict do nothing;
  if found then
    perform pg_notify('pgboss_' || left(encode(sha224('pgboss'), 'hex'), 24), 'deployments');
  end if;
end;
$$;

-- Stores deliveries together with the deployments that they request, in one transaction. It takes the ordinary case only:
-- a delivery with anything unusual about it is left alone, and looked at by itself. Returns the numbers of those that it
-- stored, and of those that were stored before. `p_sources` are the sources that a delivery relies on, and what it
-- deploys to each; no application occurs twice.
--
-- A plan may be made while the tables are empty and is used when they are not: the subqueries leave the planner nothing
-- but the index that fits.
create function accept_deliveries(
  p_deliveries jsonb, p_sources jsonb, p_channels jsonb, out stored int[], out duplicates int[]
)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
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
      and ((s.row).commit_sha is null or coalesce((
        select d.commit_sha from deployments d
        where d.application_id = w.application and d.commit_sha is not null
          and d.status in ('pending', 'building', 'deploying', 'success')
        order by d.started_at desc limit 1
      ), (s.row).commit_sha) in (w.before, w.commit_sha))
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
    coalesce(array_agg(d.at) filter (where i.id is null and d.at <> all (v_unusual)), '{}')
  into stored, duplicates
  from jsonb_to_recordset(p_deliveries) as d (at int, id uuid) left join inserted i on i.id = d.id;

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

-- Processes cache what webhooks are verified with. They forget all of it at any change, which is rare.
create function notify_webhook_sources() returns trigger
language plpgsql
as $$
begin
  perform pg_notify('webhook_sources', '');
  return null;
end;
$$;
create trigger webhook_sources_changed
  after insert or delete or truncate or update of application_id, provider, repository, branch, webhook_config
  on git_sources for each statement execute function notify_webhook_sources();
create trigger webhook_applications_changed after update of project_id, name, source_config, deleted_at on applications
  for each statement execute function notify_webhook_sources();
create trigger webhook_projects_changed after update of name on projects
  for each statement execute function notify_webhook_sources();
