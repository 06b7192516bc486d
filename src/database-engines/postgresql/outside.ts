import type { Outside } from '../outside.ts';

export const outside: Outside = {
  opening: new URL('opening.ts', import.meta.url),
  connectionUrl: ({ user, password, database }, host, port) =>
    `postgresql://${user}:${password}@${host}:${port}/${database}?sslmode=verify-full`,
};
