import { once } from 'node:events';
import { connect } from 'node:net';

/** Whether something on this host takes connections at the port, or at the socket of this path. */
export async function listens(at: number | string): Promise<boolean> {
  return (await whyNot(at)) === undefined;
}

/** Why no connection is made, e.g. `EACCES` for a socket of others; undefined where one is. */
export async function whyNot(at: number | string): Promise<string | undefined> {
  const socket = typeof at === 'string' ? connect(at) : connect(at, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  } finally {
    socket.destroy();
  }
}
