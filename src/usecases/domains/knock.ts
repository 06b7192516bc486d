import { connect } from 'node:net';

const answerMs = 2_000;

/** Whether a connection to the port is accepted. Nothing is sent. */
export async function knock(address: string, port: number): Promise<'open' | 'refused' | 'silent'> {
  const { promise, resolve } = Promise.withResolvers<'open' | 'refused' | 'silent'>();
  const socket = connect({ host: address, port, timeout: answerMs });
  socket.once('connect', () => resolve('open'));
  socket.once('timeout', () => resolve('silent'));
  socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED' ? 'refused' : 'silent'));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
