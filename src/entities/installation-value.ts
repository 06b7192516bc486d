import { defineEntity, p } from '@mikro-orm/core';
import { policiesFor } from './access.ts';

/** What all Shipmates on the database share, by name. */
const InstallationValueSchema = defineEntity({
  name: 'InstallationValue',
  tableName: 'installation',
  policies: policiesFor('installation', {}),
  properties: {
    /**
     * `id`: on the services that it makes. `secret_key`: the id of the key that encrypts. `self_backup`: the newest backup of
     * Shipmate itself. `restored_from`: the id of the one that its backup is of, beside which it runs.
     * `replica:<id>`: what a running Shipmate says of its configuration, as JSON.
     */
    name: p.string().length(50).primary(),
    value: p.text(),
  },
});
export class InstallationValue extends InstallationValueSchema.class {}
InstallationValueSchema.setClass(InstallationValue);
