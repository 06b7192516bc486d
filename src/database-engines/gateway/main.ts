// The program of a gateway's container, run by its own Node: `node main.ts <opening> <port> <socket> <kept>`. It and
// what it imports are mounted there as they are; nothing else of Shipmate is.
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { hiddenAddresses } from './allowed-addresses.ts';
import { listenForSettings, resume } from './control.ts';
import type { Opening } from './opening.ts';
import { createGateway, type GatewaySettings } from './sessions.ts';

const [openingFile = '', port = '', socket = '', kept = ''] = process.argv.slice(2);

/** Swarm's DNS knows the tasks that are healthy; the C library's resolver may be missing in the image. */
async function dial({ host, port: target }: GatewaySettings['target']): Promise<Socket> {
  const [address] = await new Resolver({ timeout: 2_000, tries: 2 }).resolve4(host);
  if (address === undefined) throw new Error('the database has no task');
  const reached = connect({ host: address, port: target, keepAlive: true, noDelay: true, timeout: 5_000 });
  reached.once('timeout', () => reached.destroy(new Error('the database does not answer')));
  await once(reached, 'connect');
  return reached.setTimeout(0);
}

// As the first process of a container it has no default for signals.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));

const { opening } = (await import(pathToFileURL(openingFile).href)) as { opening: Opening };
const gateway = createGateway({ opening, dial, hidden: await hiddenAddresses() });
await resume(gateway, { kept });
gateway.server.listen(Number(port));
await once(gateway.server, 'listening');
await listenForSettings(gateway, { socket, kept });
