import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Deps } from '../deps.ts';

/** Possible addresses of the ingress: Shipmate's URL, the swarm's nodes and this host. Public ones first. */
export async function ownAddresses({ config, resolver, swarm }: Pick<Deps, 'config' | 'resolver' | 'swarm'>) {
  const host = new URL(config.publicUrl).hostname.replace(/^\[|\]$/g, '');
  const open = resolver();
  const ofUrl = isIP(host)
    ? [host]
    : (await Promise.all([open.resolve4(host).catch(() => []), open.resolve6(host).catch(() => [])])).flat();
  const nodes = await swarm.nodes().catch(() => []);
  const local = Object.values(networkInterfaces())
    .flatMap((some) => some ?? [])
    .filter(({ internal, address, scopeid }) => !internal && !scopeid && !address.startsWith('172.'))
    .map(({ address }) => address);
  const all = [...ofUrl.filter(isReachable), ...nodes.map(({ address }) => address), ...local];
  return [...new Set(all)].filter((address) => isIP(address) !== 0);
}

/** Shipmate's URL is on the loopback interface until it is configured. */
function isReachable(address: string): boolean {
  return !address.startsWith('127.') && address !== '::1' && address !== '0.0.0.0';
}
