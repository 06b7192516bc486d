drop function notification_routes_of(text, text, uuid);
drop function insert_notifications(text, text, uuid, uuid, text, jsonb);

-- The routes that want to hear of an event of an application, or of something else of a project, such as a database. Of
-- neither, such as of a node, those across all projects hear.
create function notification_routes_of(
  p_event text, p_severity text, p_application uuid, p_project uuid default null, p_name text default null
)
returns setof notification_routes
language sql stable security definer set search_path = public, pg_temp
as $$
  select r.* from notification_routes r
  left join applications a on a.id = p_application
  left join projects p on p.id = coalesce(a.project_id, p_project)
  where r.events ? p_event
    and array_position(array['info', 'warning', 'danger'], r.severity::text)
      <= array_position(array['info', 'warning', 'danger'], p_severity)
    and (r.project_id is null or r.project_id = p.id)
    and (coalesce(p_application, p_project) is null or case
      when a.id is not null then p.name || '/' || a.name
      when p_name like '%/%' then p_name
      else p.name || '/' || p_name
    end like replace(r.pattern, '*', '%'))
$$;
revoke execute on function notification_routes_of(text, text, uuid, uuid, text) from public;

-- The same event about the same subject within ten minutes is one notification, which counts. Once told it is edited, at
-- most every half minute.
create function insert_notifications(
  p_event text, p_severity text, p_application uuid, p_deployment uuid, p_subject text, p_payload jsonb,
  p_project uuid default null, p_name text default null
) returns void
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  with wanted as (
    select r.id from notification_routes_of(p_event, p_severity, p_application, p_project, p_name) r
    where p_deployment is null or not is_live_route(r)
  ), grouped as (
    update notifications n set
      count = n.count + 1, last_at = now(), payload = p_payload,
      due_at = case when n.shown_count = 0 then n.due_at else now() + interval '30 seconds' end
    from wanted w
    where n.route_id = w.id and n.event = p_event and n.subject = p_subject and p_deployment is null
      and n.last_at > now() - interval '10 minutes' and n.ended_at is null
    returning n.route_id
  )
  insert into notifications (route_id, deployment_id, event, severity, subject, payload)
  select id, p_deployment, p_event, p_severity, p_subject, p_payload from wanted
  where id not in (select route_id from grouped);
  if found then perform pg_notify('notification', p_subject); end if;
end;
$$;
revoke execute on function insert_notifications(text, text, uuid, uuid, text, jsonb, uuid, text) from public;
grant execute on function insert_notifications(text, text, uuid, uuid, text, jsonb, uuid, text) to shipmate_system;
