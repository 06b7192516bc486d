import { defineEntity, p } from '@mikro-orm/core';
import { policiesFor } from './access.ts';

/** What all Shipmates on the database share, by name. */
const InstallationValueSchema = defineEntity({
  name: 'InstallationValue',
  tableName: 'installation',
  policies: policiesFor('installation', {}),
  properties: {
    /** `secret_key`: the id of the key that encrypts. */
    name: p.string().length(50).primary(),
    value: p.text(),
  },
});
export class InstallationValue extends InstallationValueSchema.class {}
InstallationValueSchema.setClass(InstallationValue);
