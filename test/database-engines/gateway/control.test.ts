import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listenForSettings, resume } from '../../../src/database-engines/gateway/control.ts';
import { createGateway, type Gateway } from '../../../src/database-engines/gateway/sessions.ts';
import { opening } from '../../../src/database-engines/tls-opening.ts';
import { selfSigned } from '../../support/self-signed.ts';

let folder: string;
let gateway: Gateway;
let server: Server;
let paths: { socket: string; kept: string };
let settings: string;

function newGateway(): Gateway {
  return createGateway({ opening, hidden: [], dial: async () => Promise.reject(new Error('nowhere')) });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipmate-gateway-'));
  paths = { socket: join(folder, 'socket'), kept: join(folder, 'kept') };
  gateway = newGateway();
  server = await listenForSettings(gateway, paths);
  const { certificate, privateKey } = await selfSigned('db.test');
  settings = JSON.stringify({
    target: { host: 'tasks.db', port: 1 },
    allow: ['192.0.2.0/24'],
    certificate,
    privateKey,
  });
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
  await rm(folder, { recursive: true });
});

async function tell(sent: string): Promise<string> {
  const socket = connect({ path: paths.socket, allowHalfOpen: true });
  socket.end(sent);
  return text(socket);
}

describe('the control socket of a gateway', () => {
  it('tells the state to whoever sends nothing', async () => {
    expect(await tell('')).toBe('ok {"refused":0,"hidden":0,"allow":[],"sessions":0}');
  });

  it('takes settings, and keeps them for the next start, for nobody else to read', async () => {
    expect(await tell(settings)).toBe('ok {"refused":0,"hidden":0,"allow":["192.0.2.0/24"],"sessions":0}');
    expect((await stat(paths.kept)).mode & 0o777).toBe(0o600);
    const next = newGateway();
    await resume(next, paths);
    expect(next.state().allow).toEqual(['192.0.2.0/24']);
  });

  it('says what is wrong with settings, and goes on with those that it has', async () => {
    const { certificate } = await selfSigned('db.test');
    expect(await tell(JSON.stringify({ ...JSON.parse(settings), certificate }))).toMatch(
      /^failed: .*key values mismatch/,
    );
    expect(await tell('{')).toMatch(/^failed: /);
    expect(gateway.state().allow).toEqual(['192.0.2.0/24']);
    expect(await readFile(paths.kept, 'utf8')).toBe(settings);
  });

  it('starts without any on a new node', async () => {
    const next = newGateway();
    await resume(next, { kept: join(folder, 'missing') });
    expect(next.state().allow).toEqual([]);
  });
});
