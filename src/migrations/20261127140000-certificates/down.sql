drop table certificate_renewals, certificate_orders, acme_challenges, acme_accounts;
alter table certificates drop column source, drop column warned_days;
