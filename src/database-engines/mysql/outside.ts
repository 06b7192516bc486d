import type { Outside } from '../outside.ts';

export const outside: Outside = {
  opening: new URL('opening.ts', import.meta.url),
  imports: [new URL('packets.ts', import.meta.url)],
  connectionUrl: ({ user, password, database }, host, port) =>
    `mysql://${user}:${password}@${host}:${port}/${database}?ssl-mode=VERIFY_IDENTITY`,
};
