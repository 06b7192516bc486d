create index deployments_pending_index on deployments (application_id) where status = 'pending';
