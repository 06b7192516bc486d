import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { gitIdentity } from '../../scripts/support/sample-repository.ts';
import { freePort } from '../../scripts/support/free-port.ts';
import { until } from '../support/until.ts';

export interface GitServer {
  url(name: string): string;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function serve(answer: RequestListener): Promise<GitServer> {
  const server = createServer(answer);
  const port = await listen(server);
  return {
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A git host that moved: whoever comes is sent on, after the password when there is one. */
export async function serveRedirect(to: string, password?: string): Promise<GitServer> {
  return serve((request, response) => {
    if (password !== undefined && passwordOf(request.headers.authorization) !== password) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    response.writeHead(302, { location: `${to}${request.url ?? ''}` }).end();
  });
}

/** Asks for a password, and remembers what it is given; lets nobody in. */
export async function serveAsker(): Promise<GitServer & { given: string[] }> {
  const given: string[] = [];
  const server = await serve((request, response) => {
    given.push(request.headers.authorization ?? 'nothing');
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  return { ...server, given };
}

/** Files and nothing more: git's old protocol. The repository needs `git update-server-info`. */
export async function serveFiles(root: string): Promise<GitServer & { asked: string[] }> {
  const asked: string[] = [];
  const server = await serve((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    createReadStream(join(root, path))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  return { ...server, asked };
}

/** Takes connections and never says a word. */
export async function serveSilence(): Promise<{ port: number; connections: Set<Socket>; close(): Promise<void> }> {
  const connections = new Set<Socket>();
  const server = createTcpServer((socket) => {
    connections.add(socket);
    socket.on('error', () => undefined).on('close', () => connections.delete(socket));
    // Whoever does not read does not see that the other side is gone.
    socket.resume();
  });
  const port = await listen(server);
  return {
    port,
    connections,
    async close() {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** `git daemon`. */
export async function serveDaemon(root: string): Promise<GitServer> {
  const port = await freePort();
  const args = ['--export-all', `--base-path=${root}`, '--listen=127.0.0.1', `--port=${port}`, '--reuseaddr', root];
  const { stdout } = spawn('git', ['--exec-path'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const execPath = (await once(stdout, 'data')).toString().trim();
  const daemon = spawn(join(execPath, 'git-daemon'), args, { env: gitIdentity, stdio: 'ignore' });
  await until('git daemon', async () => {
    const socket = connect(port, '127.0.0.1');
    const answered = await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
    socket.destroy();
    return answered?.length === 0;
  });
  return {
    url: (name) => `git://127.0.0.1:${port}/${name}`,
    async close() {
      daemon.kill();
      await once(daemon, 'close');
    },
  };
}

/** An ssh server that lets one key in, to read repositories below `root`. @param before Done before it answers. */
export async function serveSsh(
  root: string,
  keys: { host: string; client: string },
  before: () => Promise<void> = async () => undefined,
): Promise<GitServer> {
  const allowed = ssh2.utils.parseKey(keys.client);
  if (allowed instanceof Error) throw allowed;
  const server = new ssh2.Server({ hostKeys: [keys.host] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (asked) => {
      if (asked.method !== 'publickey' || !asked.key.data.equals(allowed.getPublicSSH()))
        return asked.reject(['publickey']);
      const { blob, hashAlgo, signature } = asked;
      if (!signature) return asked.accept();
      return blob && allowed.verify(blob, signature, hashAlgo) === true ? asked.accept() : asked.reject(['publickey']);
    });
    client.on('session', (accept) => {
      const session = accept();
      session.on('env', (acceptEnv) => acceptEnv?.());
      session.on('exec', (acceptExec, _reject, { command }) => {
        const path = /^git-upload-pack '([^']+)'$/.exec(command)?.[1] ?? '';
        const stream = acceptExec();
        const answer = () => {
          const pack = spawn('git', ['upload-pack', join(root, path)], { env: gitIdentity });
          stream.pipe(pack.stdin);
          pack.stdout.pipe(stream, { end: false });
          pack.on('close', (code) => {
            stream.exit(code ?? 1);
            stream.end();
          });
        };
        before().then(answer, () => stream.destroy());
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (name) => `ssh://git@127.0.0.1:${port}/${name}`,
    async close() {
      server.close();
    },
  };
}

function passwordOf(authorization: string | undefined): string | undefined {
  const given = Buffer.from(authorization?.split(' ')[1] ?? '', 'base64').toString();
  return given.split(':')[1];
}
