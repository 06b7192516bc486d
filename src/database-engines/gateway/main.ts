// The program of a gateway's container, run by its own Node: `node main.ts <opening> <port> <socket> <kept>`. It and
// what it imports are mounted there as they are; nothing else of Shipmate is.
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { hiddenAddresses } from './allowed-addresses.ts';
import { listenForSettings, resume } from './control.ts';
import type { Opening } from './opening.ts';
import { reach } from './reach.ts';
import { createGateway } from './sessions.ts';

const [openingFile = '', port = '', socket = '', kept = ''] = process.argv.slice(2);

// As the first process of a container it has no default for signals.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));

const { opening } = (await import(pathToFileURL(openingFile).href)) as { opening: Opening };
const gateway = createGateway({ opening, dial: reach, hidden: await hiddenAddresses() });
await resume(gateway, { kept });
gateway.server.listen(Number(port));
await once(gateway.server, 'listening');
await listenForSettings(gateway, { socket, kept });
