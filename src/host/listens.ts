import { once } from 'node:events';
import { connect } from 'node:net';

/** Whether something on this host takes connections at the port, or at the socket of this path. */
export async function listens(at: number | string): Promise<boolean> {
  const socket = typeof at === 'string' ? connect(at) : connect(at, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
