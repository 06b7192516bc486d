alter table acme_accounts enable row level security;
create policy acme_accounts_system_policy on acme_accounts to shipmate_system using (true) with check (true);

alter table acme_challenges enable row level security;
create policy acme_challenges_system_policy on acme_challenges to shipmate_system using (true) with check (true);

alter table certificate_orders enable row level security;
create policy certificate_orders_system_policy on certificate_orders to shipmate_system using (true) with check (true);

alter table certificate_renewals enable row level security;
create policy certificate_renewals_system_policy on certificate_renewals to shipmate_system using (true) with check (true);
create policy certificate_renewals_select_policy on certificate_renewals for select to shipmate_app
  using (domain_id = any (array(select app_domain_ids('viewer'))));
create policy certificate_renewals_insert_policy on certificate_renewals for insert to shipmate_app
  with check (domain_id = any (array(select app_domain_ids('member'))));
create policy certificate_renewals_update_policy on certificate_renewals for update to shipmate_app
  using (domain_id = any (array(select app_domain_ids('member')))) with check (domain_id = any (array(select app_domain_ids('member'))));

grant select, insert, update, delete on acme_accounts, acme_challenges, certificate_orders, certificate_renewals
  to shipmate_system;
grant select, insert, update on certificate_renewals to shipmate_app;
