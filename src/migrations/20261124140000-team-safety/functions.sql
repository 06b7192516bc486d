-- Who asked, for what and until when stays; so does a decision. Otherwise one could approve their own deployment by
-- first making somebody else its requester. The foreign keys' `set null` is let through.
create function refuse_approval_change() returns trigger
language plpgsql
as $$
begin
  if pg_trigger_depth() > 1 then return new; end if;
  if (new.deployment_id, new.requested_by, new.expires_at, new.created_at)
       is distinct from (old.deployment_id, old.requested_by, old.expires_at, old.created_at)
    or (old.decision is not null
       and (new.decision, new.decided_by, new.reason, new.decided_at)
         is distinct from (old.decision, old.decided_by, old.reason, old.decided_at)) then
    raise exception 'the approval is decided'
      using errcode = 'check_violation', constraint = 'approval_decided_once', table = 'approvals';
  end if;
  return new;
end;
$$;

create trigger approval_decided_once before update on approvals
  for each row execute function refuse_approval_change();
