import { defineEntity, p } from '@mikro-orm/core';
import { changeTime, creationTime, jsonObject, uuidKey } from './columns.ts';
import { oneOf, policiesFor } from './access.ts';
import { HostApp } from './host-app.ts';

/** Index by which a repository's owner leads to the installation; hosts ignore case. */
const byAccount =
  'create index host_app_installations_account_index on host_app_installations (host_app_id, lower(account))';

/** An account that an app is installed for. */
const HostAppInstallationSchema = defineEntity({
  name: 'HostAppInstallation',
  tableName: 'host_app_installations',
  uniques: [{ properties: ['hostApp', 'number'] }],
  indexes: [{ name: 'host_app_installations_account_index', expression: byAccount }],
  checks: [{ name: 'check_host_app_installation_selection', expression: oneOf('selection', ['all', 'selected']) }],
  policies: policiesFor('host_app_installations', {}),
  properties: {
    id: uuidKey(),
    hostApp: () => p.manyToOne(HostApp).deleteRule('cascade'),
    /** The host's id of the installation. */
    number: p.string().length(20),
    account: p.string().length(100),
    accountType: p.string().length(50),
    /** All repositories of the account, or those that were selected. */
    selection: p.string().$type<'all' | 'selected'>().length(50),
    /** What the account has granted. */
    permissions: jsonObject<Record<string, string>>(),
    suspendedAt: p.datetime().nullable(),
    createdAt: creationTime(),
    updatedAt: changeTime(),
  },
});
export class HostAppInstallation extends HostAppInstallationSchema.class {}
HostAppInstallationSchema.setClass(HostAppInstallation);
