import type { Turn } from './caddy-config.ts';
import type { IngressState, Reached } from './ingress.ts';

/** Where Caddy runs, and how its configuration gets there. */
export interface CaddyHost {
  /** Starts Caddy where it does not run as wanted; what runs it can reach these networks afterwards. */
  ensure(networks: string[]): Promise<CaddyInstance>;
  /** Starts what leads from the network of the routes to Shipmate itself, or takes it away. */
  relay(network: string | undefined): Promise<void>;
  /** What runs now; undefined when nothing does. */
  running(): Promise<CaddyInstance | undefined>;
  /** Caddy's configuration here; another turn than the one before lets it drain that one. */
  configOf(state: IngressState, turn: Turn): object;
  /**
   * Hands a configuration over. Caddy changes over without dropping a request, and keeps the one before when it
   * refuses this one; one it has already changes nothing.
   * @throws with what Caddy says.
   */
  load(instance: CaddyInstance, config: string): Promise<void>;
  /** Sends it to other nodes' Caddys too, and waits briefly until they have it. */
  spread(config: string): Promise<void>;
  /** Describes a problem of other nodes' Caddys; undefined without one. */
  problem(): Promise<string | undefined>;
  /** See `Ingress`. */
  reach(addresses: readonly string[], signal: AbortSignal): Promise<Reached | undefined>;
  /** Removes Caddy, if there is one. */
  remove(): Promise<void>;
}

/** Another id means that another Caddy has started, which may not have the latest configuration. */
export interface CaddyInstance {
  id: string;
}

/** What Caddy says about a configuration may quote it: no line of a private key is to be read in it. */
export function withoutKeys(said: string, config: string): string {
  const blocks = config.matchAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)-----END/gs);
  const lines = [...blocks].flatMap(([, key = '']) => key.split(/\\[rn]|\s/)).filter((line) => line.length >= 8);
  return lines.reduce((text, line) => text.replaceAll(line, '[redacted]'), said);
}
