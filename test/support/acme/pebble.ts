import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../../../scripts/support/free-port.ts';
import { acmeTransport } from '../../../src/acme/transport.ts';
import { unpackPackages } from '../../../src/host/debian-packages.ts';
import { until } from '../until.ts';
import { makeCertificate } from './x509.ts';

export interface Pebble extends AsyncDisposable {
  directoryUrl: string;
  /** PEM file of the root that signed pebble's own certificate. */
  caFile: string;
  /** Where pebble looks for HTTP-01 answers, whatever the name. */
  httpPort: number;
  /** Its name server, `127.0.0.1:<port>`: every name is 127.0.0.1 until told otherwise. */
  nameServer: string;
  /** PEM of the root under which it issues; another one after every start. */
  root(): Promise<string>;
  /** Tells the name server, e.g. `set-txt` with `{ host: '_acme-challenge.shop.test.', value }`. */
  tellDns(what: string, body: object): Promise<void>;
  stop(): Promise<void>;
  /** At the same address, with all it knew forgotten. */
  start(): Promise<void>;
}

interface PebbleOptions {
  /** Nonces it refuses although they are good, per cent (default 0). */
  rejectNonces?: number;
  /** Where it looks for HTTP-01 answers (default: a free port). */
  httpPort?: number;
  /** Accounts it takes: key id → HMAC key in base64url (default: everybody's). */
  bindings?: Record<string, string>;
}

/** Let's Encrypt's own test authority, with its name server, on free ports of this machine. */
export async function startPebble({ rejectNonces = 0, bindings, ...options }: PebbleOptions = {}): Promise<Pebble> {
  const root = await unpackPackages(['pebble'], resolve('node_modules/.cache/shipmate/packages/pebble'));
  const folder = await mkdtemp(join(tmpdir(), 'shipmate-pebble-'));
  const [port, management, anyPort, tlsPort, dns, dnsManagement] = await freePorts(6);
  const { httpPort = anyPort } = options;
  const ca = makeCertificate({ name: 'pebble root', authority: true });
  const own = makeCertificate({ name: 'pebble', addresses: ['127.0.0.1'], issuer: ca });
  const path = (name: string) => join(folder, name);
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: path('pebble.pem'),
    privateKey: path('pebble.key'),
    httpPort,
    tlsPort,
    ...(bindings && { externalAccountBindingRequired: true, externalAccountMACKeys: bindings }),
  };
  await writeFile(path('ca.pem'), ca.certificate);
  await writeFile(path('pebble.pem'), own.certificate);
  await writeFile(path('pebble.key'), own.key);
  await writeFile(path('config.json'), JSON.stringify({ pebble }));
  const nameServer = `127.0.0.1:${dns}`;
  const names = spawn(
    join(root, 'usr/bin/pebble-challtestsrv'),
    [
      '-dns01',
      nameServer,
      '-management',
      `127.0.0.1:${dnsManagement}`,
      '-http01',
      '',
      '-https01',
      '',
      '-tlsalpn01',
      '',
      '-defaultIPv6',
      '',
    ],
    { stdio: 'ignore' },
  );
  let authority: ChildProcess | undefined;

  async function start(): Promise<void> {
    authority = spawn(join(root, 'usr/bin/pebble'), ['-config', path('config.json'), '-dnsserver', nameServer], {
      stdio: 'ignore',
      env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0', PEBBLE_WFE_NONCEREJECT: String(rejectNonces) },
    });
    await until('pebble', () => listens(port));
  }
  async function stop(): Promise<void> {
    await end(authority);
    authority = undefined;
  }
  await Promise.all([start(), until('its name server', () => listens(dnsManagement))]);
  return {
    directoryUrl: `https://127.0.0.1:${port}/dir`,
    caFile: path('ca.pem'),
    httpPort,
    nameServer,
    async root() {
      const { signal } = new AbortController();
      const url = `https://127.0.0.1:${management}/roots/0`;
      return String((await acmeTransport(path('ca.pem'))(url, 'get', undefined, signal)).data);
    },
    async tellDns(what, body) {
      const answer = await fetch(`http://127.0.0.1:${dnsManagement}/${what}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`the name server answers ${answer.status} to ${what}`);
    },
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await end(names);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePorts(count: number): Promise<[number, number, number, number, number, number]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports] as [number, number, number, number, number, number];
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => done(true)).on('error', () => done(false));
    socket.on('connect', () => socket.destroy());
  });
}

async function end(process: ChildProcess | undefined): Promise<void> {
  if (!process || process.exitCode !== null || process.signalCode !== null) return;
  const ended = once(process, 'exit');
  process.kill('SIGKILL');
  await ended;
}
