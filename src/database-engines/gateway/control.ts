import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Gateway, GatewaySettings } from './sessions.ts';

/** Where it is spoken to, and where the last settings are kept for the next start. */
export interface ControlPaths {
  socket: string;
  kept: string;
}

/**
 * Takes settings as JSON, and tells the state to whoever sends nothing. Answers `ok` or why not. Only programs in the
 * container reach its socket.
 */
export async function listenForSettings(gateway: Gateway, { kept, socket }: ControlPaths): Promise<Server> {
  await rm(socket, { force: true });
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connection.on('error', () => undefined);
    void answer(connection, gateway, kept);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  await chmod(socket, 0o600);
  return server;
}

async function answer(connection: Socket, gateway: Gateway, kept: string): Promise<void> {
  try {
    const sent = await text(connection);
    if (sent !== '') await take(gateway, kept, sent);
    connection.end(`ok ${JSON.stringify(gateway.state())}`);
  } catch (error) {
    connection.end(`failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The settings from before a restart: sessions can be opened although Shipmate is away. */
export async function resume(gateway: Gateway, { kept }: Pick<ControlPaths, 'kept'>): Promise<void> {
  const text = await readFile(kept, 'utf8').catch(() => undefined);
  if (text !== undefined) gateway.apply(JSON.parse(text) as GatewaySettings);
}

async function take(gateway: Gateway, kept: string, sent: string): Promise<void> {
  gateway.apply(JSON.parse(sent) as GatewaySettings);
  await writeFile(`${kept}.new`, sent, { mode: 0o600 });
  await rename(`${kept}.new`, kept);
}
