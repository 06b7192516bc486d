import type { Outside } from '../outside.ts';

export const outside: Outside = {
  opening: new URL('../tls-opening.ts', import.meta.url),
  connectionUrl: ({ user, password, database }, host, port) =>
    `mongodb://${user}:${password}@${host}:${port}/${database}?authSource=admin&tls=true&directConnection=true`,
};
