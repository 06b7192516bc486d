import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { GatewaySettings } from './sessions.ts';

/** How long a server may take to accept a connection, milliseconds. */
const acceptMs = 5_000;
/**
 * When a server that is silent is asked whether it is there, milliseconds: its node may be gone. The client itself cannot
 * notice, as the gateway answers its own signs of life.
 */
const aliveAfterMs = 60_000;

const noTask = 'the database has no task that is healthy';

type Resolve = (host: string) => Promise<string[]>;

/** Swarm's DNS knows the tasks that are healthy; the C library's resolver may be missing in the image. */
const bySwarm: Resolve = async (host) => new Resolver({ timeout: 2_000, tries: 2 }).resolve4(host);

/** @throws with what people can do something about, when there is no server or it does not answer. */
export async function reach({ host, port }: GatewaySettings['target'], resolve: Resolve = bySwarm): Promise<Socket> {
  const [address] = await resolve(host).catch((error: unknown) => {
    throw new Error(isUnknown(error) ? noTask : 'Swarm’s DNS does not answer');
  });
  // Without an address, `connect` would take this machine's own.
  if (address === undefined) throw new Error(noTask);
  const keptAlive = { keepAlive: true, keepAliveInitialDelay: aliveAfterMs };
  const reached = connect({ host: address, port, noDelay: true, timeout: acceptMs, ...keptAlive });
  reached.once('timeout', () => reached.destroy(new Error('the database does not answer')));
  await once(reached, 'connect');
  return reached.setTimeout(0);
}

function isUnknown(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'ENOTFOUND' || code === 'ENODATA';
}
