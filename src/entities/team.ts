import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';

const TeamSchema = defineEntity({
  name: 'Team',
  tableName: 'teams',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    name: p.string().length(255).unique(),
    description: p.text().nullable(),
    settings: p.json<Record<string, unknown>>().default('{}'),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
export class Team extends TeamSchema.class {}
TeamSchema.setClass(Team);
