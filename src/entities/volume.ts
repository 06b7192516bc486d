import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, jsonObject, uuidKey } from './columns.ts';
import { isApplication, isDatabase, isSuperAdmin, oneOf, policiesFor } from './access.ts';
import { Application } from './application.ts';
import { ManagedDatabase } from './managed-database.ts';

export const volumeTypes = ['docker_volume', 'nfs', 's3'] as const;
export type VolumeType = (typeof volumeTypes)[number];

/** Access of the volume's owner; volumes without an owner are for super_admins only. */
const owned = (level: 'viewer' | 'member' | 'admin') =>
  `${isApplication('application_id', level)} or ${isDatabase('database_id', level)} or ${isSuperAdmin}`;

/** Keeps the data at `mountPath`. It has to be deleted before its owner. */
const VolumeSchema = defineEntity({
  name: 'Volume',
  tableName: 'volumes',
  indexes: [{ properties: ['application'] }, { properties: ['database'] }],
  checks: [
    { name: 'check_volume_type', expression: oneOf('type', volumeTypes) },
    { name: 'check_size_positive', expression: 'size_gb > 0' },
    { name: 'check_volume_owner', expression: 'num_nonnulls(application_id, database_id) <= 1' },
    {
      name: 'check_volume_node',
      expression: "(node_id is null) = (node_name is null) and (node_id is null or type = 'docker_volume')",
    },
  ],
  policies: policiesFor('volumes', {
    select: owned('viewer'),
    insert: owned('member'),
    update: owned('member'),
    delete: owned('admin'),
  }),
  properties: {
    id: uuidKey(),
    application: () => p.manyToOne(Application).nullable().deleteRule('restrict'),
    database: () => p.manyToOne(ManagedDatabase).nullable().deleteRule('restrict'),
    name: p.string().length(255).unique(),
    type: p.string().$type<VolumeType>().length(50).default('docker_volume'),
    mountPath: p.string().length(500),
    sizeGb: p.integer(),
    /** Driver options, e.g. an NFS server. No secrets. */
    options: jsonObject<Record<string, string>>(),
    /** Swarm id and host name of its node; null before its first task, and for volumes that every node reaches. */
    nodeId: p.string().length(64).nullable(),
    nodeName: p.string().length(255).nullable(),
    createdAt: creationTime(),
  },
});
export class Volume extends VolumeSchema.class {}
VolumeSchema.setClass(Volume);
