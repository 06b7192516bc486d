import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const localSocket = '/var/run/docker.sock';

/** How to reach the Engine that the Docker CLI would use; undefined for ways only dockerode knows (TLS, ssh). */
function address() {
  const url = new URL(process.env.DOCKER_HOST || `unix://${localSocket}`);
  if (url.protocol === 'unix:') return { socketPath: url.pathname };
  if (url.protocol === 'tcp:' || url.protocol === 'http:') return { host: url.hostname, port: url.port || 2375 };
  return undefined;
}

/**
 * One call of the Engine's API.
 *
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {number} [limit] Milliseconds without an answer.
 * @returns {Promise<{status: number, body: any}>}
 */
export async function call(method, path, body, limit = 10_000) {
  const headers = { 'content-type': 'application/json' };
  const outgoing = request({ ...address(), method, path, headers, timeout: limit });
  outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${limit / 1_000} s`)));
  outgoing.end(body && JSON.stringify(body));
  const [response] = await once(outgoing, 'response');
  const answer = await text(response);
  return { status: response.statusCode, body: /^[{["]/.test(answer) ? JSON.parse(answer) : answer };
}

/** `yes`, or why not: `denied` (no permission for the socket) or `no`. */
export async function reachable() {
  if (!address()) return 'yes';
  try {
    return (await call('GET', '/_ping')).status === 200 ? 'yes' : 'no';
  } catch (error) {
    return error.code === 'EACCES' ? 'denied' : 'no';
  }
}

/** @returns {Promise<boolean>} false when the time is over or `lives` says that waiting is in vain. */
export async function answersWithin(milliseconds, lives = () => true) {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline && lives()) {
    if ((await reachable()) === 'yes') return true;
    await delay(200);
  }
  return false;
}

/** This machine's address on the way out; nothing is sent. Loopback on a machine without a network. */
export function ownAddress() {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (own) => socket.close(() => resolve(own));
    // An address reserved for documentation (RFC 5737): it only picks the default route.
    socket.connect(9, '192.0.2.1', (error) => done(error ? '127.0.0.1' : socket.address().address));
  });
}
