alter table env_vars
  add column for_build boolean not null default false,
  add constraint check_env_var_for_build check (not for_build or is_secret);
