import type { IngressPorts, Route } from './ingress.ts';

type Spellings = readonly [string, string];

/** What differs between the places Caddy runs in. */
export interface CaddyPlace {
  /** e.g. `unix//run/caddy/admin.sock`: the only way to the admin API, so that no network reaches it. */
  admin: string;
  /** What it listens on, in two spellings: `:80` and `[::]:80`. */
  listen: { http: Spellings; https: Spellings };
  /** How long those who are connected have to come back when it changes. */
  drainSeconds: number;
  /** Where visitors find it. */
  publicPorts: IngressPorts;
  /** Where the tasks of a route answer; looked up for every connection. */
  dial(route: Route): string;
}
