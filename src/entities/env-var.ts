import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { Application } from './application.ts';

const EnvVarSchema = defineEntity({
  name: 'EnvVar',
  tableName: 'env_vars',
  uniques: [{ properties: ['application', 'key'] }],
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    application: () => p.manyToOne(Application).deleteRule('cascade'),
    key: p.string().length(255),
    /** Plain text, or a ciphertext of the `Cipher` when `isSecret`. */
    value: p.text(),
    isSecret: p.boolean().default(false),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
export class EnvVar extends EnvVarSchema.class {}
EnvVarSchema.setClass(EnvVar);
