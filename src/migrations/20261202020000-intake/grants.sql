revoke execute on function accept_deliveries(jsonb, jsonb, jsonb) from public;
revoke execute on function enqueue_deployments(uuid[]) from public;
grant execute on function accept_deliveries(jsonb, jsonb, jsonb) to shipmate_system;
grant execute on function enqueue_deployments(uuid[]) to shipmate_system;
