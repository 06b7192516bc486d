import { defaultConnections, leastConnections } from './config-connections.ts';
import { count, databaseUrl, duration } from './config-decoders.ts';
import { variable } from './config-variable.ts';

/** Where PostgreSQL is, and how Shipmate uses it. */
export const databaseVariables = {
  DATABASE_URL: variable(databaseUrl.optional(), {
    meaning:
      'PostgreSQL 15 or later. A server on another machine needs `sslmode=require` or stricter. `connect_timeout` is how many seconds a connection may take (default 10).',
    preset: 'an embedded server in the data folder',
    example: 'postgres://shipmate:secret@db.example.com/shipmate?sslmode=verify-full',
  }),
  SHIPMATE_DATABASE_CONNECTIONS: variable(count(leastConnections).prefault(String(defaultConnections)), {
    meaning: `How many connections to PostgreSQL this Shipmate opens at most; at least ${leastConnections}. See docs/operation.md.`,
    preset: String(defaultConnections),
    example: '12',
  }),
  SHIPMATE_DATABASE_TIMEOUT: variable(duration.prefault('5m'), {
    meaning:
      'How long a start waits for a PostgreSQL that does not answer yet, and how long Shipmate tries to restart the embedded one, before the process ends. See docs/operation.md.',
    preset: '5m',
    example: '90s',
  }),
};
