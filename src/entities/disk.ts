import { defineEntity, p } from '@mikro-orm/core';
import { uuidKey } from './columns.ts';
import { isSuperAdmin, oneOf, policiesFor } from './access.ts';

export const diskLevels = ['ok', 'warning', 'danger'] as const;
export type DiskLevel = (typeof diskLevels)[number];

/** Seconds since 1970, and bytes in use at that time. */
export type DiskSample = [at: number, used: number];

/** A file system of a Shipmate host: latest state and recent growth. */
const DiskSchema = defineEntity({
  name: 'Disk',
  tableName: 'disks',
  uniques: [{ properties: ['host', 'name'] }],
  checks: [{ name: 'check_disk_level', expression: oneOf('level', diskLevels) }],
  policies: policiesFor('disks', { select: isSuperAdmin }),
  properties: {
    id: uuidKey(),
    host: p.string().length(255),
    /** Contents: `data`, `docker`, or both. */
    name: p.string().length(50),
    path: p.string().length(500),
    sizeBytes: p.bigint('number'),
    /** Space available to unprivileged programs; some file systems reserve a part for root. */
    freeBytes: p.bigint('number'),
    usedPercent: p.integer(),
    /** The level of the last notification. */
    level: p.string().$type<DiskLevel>().length(20).default('ok'),
    /** Hourly for two weeks, oldest first. */
    samples: p.json<DiskSample[]>().defaultRaw(`'[]'`),
    checkedAt: p.datetime().defaultRaw('now()'),
  },
});
export class Disk extends DiskSchema.class {}
DiskSchema.setClass(Disk);
