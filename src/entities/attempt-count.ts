import { defineEntity, p } from '@mikro-orm/core';
import { policiesFor } from './access.ts';

/** Attempts under a key until a time: the table of rate-limiter-flexible, which also sets the order of its columns. */
const AttemptCountSchema = defineEntity({
  name: 'AttemptCount',
  tableName: 'attempt_counts',
  indexes: [{ properties: ['expire'] }],
  policies: policiesFor('attempt_counts', {}),
  properties: {
    /** The limit's name and a hash of its subject. */
    key: p.string().length(255).primary(),
    points: p.integer().default(0),
    /** Milliseconds since 1970. */
    expire: p.bigint('number').nullable(),
  },
});
export class AttemptCount extends AttemptCountSchema.class {}
AttemptCountSchema.setClass(AttemptCount);
