import type { IngressPorts, IngressRoute } from './ingress.ts';

type Spellings = readonly [string, string];

/** Where one Caddy listens and where it finds the tasks: as a service of the swarm, or as a process for tests. */
export interface CaddyEndpoints {
  /** e.g. `unix//run/caddy/admin.sock`: the only way to the admin API, so that no network reaches it. */
  admin: string;
  /** What it listens on, in two spellings: `:80` and `[::]:80`. */
  listen: { http: Spellings; https: Spellings };
  /** How long those who are connected have to come back when it changes. */
  drainSeconds: number;
  /** Public ports. */
  publicPorts: IngressPorts;
  /** Where the tasks of a route answer; looked up for every connection. */
  dial(route: IngressRoute): string;
}
