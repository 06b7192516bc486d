import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as forward, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/support/free-port.ts';
import { unpackPackages } from '../../src/host/debian-packages.ts';
import { until } from './until.ts';

const cache = fileURLToPath(new URL('../../node_modules/.cache/shipmate/packages/docker-registry', import.meta.url));

export const registryLogin = { username: 'shipmate', password: 'password-of-the-registry' };
/** The same as `htpasswd -B` writes it. */
const htpasswd = 'shipmate:$2b$04$IJ0ChCEs1Qe1ZG5RI5NjXOl5lGJD5Hr2e/BBjmayrni29BJ7QPIna\n';

/**
 * Writes what a registry needs into a new folder; unless it is `open`, only `registryLogin` may use it.
 * @returns the command that serves it.
 */
export async function prepareRegistry(folder: string, address: string, { open = false } = {}): Promise<string[]> {
  const root = await unpackPackages(['docker-registry'], cache);
  await mkdir(folder);
  await writeFile(join(folder, 'htpasswd'), htpasswd);
  const settings = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: join(folder, 'images') } },
    http: { addr: address },
    ...(!open && { auth: { htpasswd: { realm: 'shipmate', path: join(folder, 'htpasswd') } } }),
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(settings));
  return [join(root, 'usr/bin/docker-registry'), 'serve', join(folder, 'config.yml')];
}

/** A registry that gives everything to everybody. */
export interface PublicRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`, which the Engine speaks plain HTTP with. */
  address: string;
}

export async function startPublicRegistry(): Promise<PublicRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  const [program = '', ...args] = await prepareRegistry(join(folder, 'registry'), address, { open: true });
  const child = spawn(program, args, { stdio: 'ignore' });
  await until('the registry', () => answers(`http://${address}/v2/`, 200));
  return {
    address,
    async [Symbol.asyncDispose]() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string, wanted: number): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status === wanted,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** A registry that can be held up when an image is about to be complete, for as long as it takes. */
export interface HeldRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`, which the Engine speaks plain HTTP with. */
  address: string;
  hold(): void;
  release(): void;
  /** Whether a push waits. */
  isWaiting(): boolean;
}

export async function startHeldRegistry(): Promise<HeldRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-registry-'));
  const behind = await freePort();
  const [program = '', ...args] = await prepareRegistry(join(folder, 'registry'), `127.0.0.1:${behind}`);
  const child: ChildProcess = spawn(program, args, { stdio: 'ignore' });
  await until('the registry', () => answers(`http://127.0.0.1:${behind}/v2/`, 401));
  let held: PromiseWithResolvers<void> | undefined;
  let waiting = 0;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The Engine gives up after some seconds when a registry does not even answer its first question.
    if (request.method === 'PUT' && request.url?.includes('/manifests/')) {
      waiting += 1;
      await held?.promise;
      waiting -= 1;
      if (response.destroyed) return;
    }
    const { headers, method, url: path } = request;
    const onward = forward({ host: '127.0.0.1', port: behind, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  const server = createServer((request, response) => void pass(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const release = () => {
    held?.resolve();
    held = undefined;
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => void (held ??= Promise.withResolvers()),
    release,
    isWaiting: () => held !== undefined && waiting > 0,
    async [Symbol.asyncDispose]() {
      release();
      server.closeAllConnections();
      server.close();
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
