import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeIngress, removeServices } from '../../scripts/support/remove-services.ts';
import { listenOnSocket, openTo } from '../../src/host/unix-socket.ts';
import type { IngressRoute, IngressState } from '../../src/ingress/ingress.ts';
import { relaySocket } from '../../src/local-socket.ts';
import { visitUrl } from '../support/caddy.ts';
import { openIngress } from '../support/ingress-fixture.ts';
import { removeNetwork, runningContainers } from '../support/swarm-fixture.ts';
import { selfSigned } from '../support/self-signed.ts';
import { until } from '../support/until.ts';

const host = 'ship.example.test';

let outer: string;
let folder: string;
let server: Server;
let open: Awaited<ReturnType<typeof openIngress>>;
let network: string;
let state: IngressState;

beforeAll(async () => {
  outer = await mkdtemp(join(tmpdir(), 'shipmate-own-'));
  folder = join(outer, 'ingress');
  await mkdir(folder);
  await chmod(outer, 0o700);
  await chmod(folder, 0o711);
  server = createServer((request, response) => {
    const { 'x-forwarded-for': client, 'x-forwarded-proto': scheme, host: asked } = request.headers;
    response.end(JSON.stringify({ path: request.url, client, scheme, asked }));
  });
  await listenOnSocket(server, join(folder, relaySocket), openTo.everybody);
  open = await openIngress(undefined, folder);
  network = `shipmate-own-${open.port}`;
  const route: IngressRoute = { host, service: network, network, port: 80, tls: true, own: true };
  state = { routes: [route], certificates: [await selfSigned(host)], challenges: [] };
  await open.ingress.apply(state);
});

afterAll(async () => {
  server.close();
  await removeServices(await open.engine.labelled(`shipmate.relay=${network}`));
  await removeIngress(open.port);
  await removeNetwork(network);
  await rm(outer, { recursive: true });
});

function ask(path: string) {
  const ports = { http: open.port, https: open.httpsPort };
  return visitUrl(ports, `https://${host}${path}`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
}

it('reaches Shipmate by a socket that only its owner could open otherwise, and tells who asks', async () => {
  const answered = await until('an answer of Shipmate', async () => {
    const answer = await ask('/webhooks/github?a=b');
    return answer.status === 200 ? answer : undefined;
  });
  const said = JSON.parse(answered.body) as Record<string, string>;
  expect(said).toMatchObject({ path: '/webhooks/github?a=b', scheme: 'https', asked: host });
  // The ingress saw the visitor, and believes nobody.
  expect(said['client']).toMatch(/^(?!203\.)\d+\.\d+\.\d+\.\d+$/);
});

it('answers again after Shipmate was started anew, by the same relay', async () => {
  const [name] = await open.engine.labelled(`shipmate.relay=${network}`);
  const before = await runningContainers(name ?? '');
  server.close();
  await once(server, 'close');
  await listenOnSocket(server, join(folder, relaySocket), openTo.everybody);
  await open.anew().apply(state);
  await until('an answer of Shipmate', async () => ((await ask('/')).status === 200 ? true : undefined));
  expect(await runningContainers(name ?? '')).toEqual(before);
});

it('is taken away with the route', async () => {
  await open.ingress.apply({ routes: [], certificates: [], challenges: [] });
  expect(await open.engine.labelled(`shipmate.relay=${network}`)).toEqual([]);
});
