import { UnavailableError } from '../errors.ts';
import type { Turn } from './caddy-config.ts';
import { type CaddyHost, withoutKeys } from './caddy-host.ts';
import type { Ingress, IngressState } from './ingress.ts';
import { oneWaiting } from '../serial-queue.ts';

/** How long what was handed over is taken for true: another Shipmate may hand over something else. */
const trustMs = 5 * 60_000;

/** Caddy, given what it is to do as a whole whenever that has changed. */
export function createIngress(host: CaddyHost): Ingress {
  let applied: { id: string; config: string; at: number } | undefined;
  let turn: Turn = 0;

  async function serve(state: IngressState): Promise<void> {
    const { routes, challenges } = state;
    await host.relay(routes.find(({ own }) => own)?.network);
    if (routes.length === 0 && challenges.length === 0) {
      // Nobody to route to: the ports of the host are left to others.
      applied = undefined;
      return host.remove();
    }
    const instance = await host.ensure([...new Set(routes.map(({ network }) => network))].sort());
    let config = JSON.stringify(host.configOf(state, turn));
    if (applied?.id === instance.id && applied.config === config) {
      if (performance.now() - applied.at < trustMs) return;
    } else {
      turn = turn === 0 ? 1 : 0;
      config = JSON.stringify(host.configOf(state, turn));
    }
    await load(instance.id, config);
    await host.spread(config);
    applied = { id: instance.id, config, at: performance.now() };
  }

  async function load(id: string, config: string): Promise<void> {
    try {
      await host.load({ id }, config);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      // Without a cause, which would say it all the same.
      throw new Error(`Caddy did not take the configuration: ${withoutKeys(said, config).slice(-500)}`);
    }
  }

  return {
    apply: oneWaiting(serve),
    async ping() {
      const instance = await host.running();
      if (!instance) throw new UnavailableError('The ingress is not running.');
      // Handing over what it has already changes nothing, and shows that it listens.
      if (applied?.id === instance.id) await load(instance.id, applied.config);
    },
    problem: () => host.problem(),
    reach: (addresses, signal) => host.reach(addresses, signal),
    remove: () => host.remove(),
  };
}
