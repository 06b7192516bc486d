import { once } from 'node:events';
import { chmod, chown, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';

export interface EngineSocket extends AsyncDisposable {
  /** From then on, the Engine seems to have nothing of Shipmate's: it belongs to other tests as well. */
  hideEverything(): void;
}

const lists = /^(?:\/v[\d.]+)?\/(?:services|containers\/json|secrets|configs|networks|volumes|images\/json)\b/;

/** This machine's Engine behind a socket elsewhere, for a group. */
export async function openEngineSocket(path: string, gid: number): Promise<EngineSocket> {
  const { pathname } = new URL(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
  let hidden = false;
  const server = createServer((incoming, outgoing) => {
    const { headers, method, url = '' } = incoming;
    if (hidden && method === 'GET' && lists.test(url)) {
      return outgoing.end(/\/volumes\b/.test(url) ? '{"Volumes":[]}' : '[]');
    }
    const asked = request({ socketPath: pathname, headers, method, path: url }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  });
  await rm(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  await chown(path, 0, gid);
  await chmod(path, 0o660);
  return {
    hideEverything: () => void (hidden = true),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
