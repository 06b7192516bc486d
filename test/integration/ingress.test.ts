import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLoad } from '../../scripts/support/load.ts';
import { removeIngress, removeServices } from '../../scripts/support/remove-services.ts';
import { execute } from '../../src/swarm/containers/exec.ts';
import type { IngressRoute } from '../../src/ingress/ingress.ts';
import { visitUrl } from '../support/caddy.ts';
import { selfSigned } from '../support/self-signed.ts';
import { openIngress, rollOut, routeTo, visit } from '../support/ingress-fixture.ts';
import { docker, ensureBaseImage, removeNetwork, runningContainers, uniqueName } from '../support/swarm-fixture.ts';
import { until } from '../support/until.ts';

const network = uniqueName('ingress');
const service = uniqueName('ingress');
const host = `${service}.test`;
const none = { certificates: [], challenges: [] };
const state = { routes: [routeTo(service, network)], ...none };
let open: Awaited<ReturnType<typeof openIngress>>;

beforeAll(async () => {
  await ensureBaseImage();
  open = await openIngress();
  await rollOut(service, network, 'one');
  await open.ingress.apply(state);
});

afterAll(async () => {
  await removeIngress(open.port);
  await removeServices([service]);
  await removeNetwork(network);
});

async function container(): Promise<string> {
  const [id] = await runningContainers(open.name);
  if (!id) throw new Error('the ingress does not run');
  return id;
}

describe('the ingress', () => {
  it('answers for the applications it knows, and says so for every other host', async () => {
    expect(await visit(open.port, host)).toEqual({ status: 200, body: 'one' });
    expect(await visit(open.port, 'other.test')).toEqual({
      status: 404,
      body: 'No application answers at other.test.\n',
    });
    await open.ingress.ping();
  });

  it('changes nothing when the routes are the same', async () => {
    const before = await container();
    const handedOver = open.handedOver.length;
    await Promise.all([open.ingress.apply(state), open.ingress.apply(state)]);
    expect(open.handedOver).toHaveLength(handedOver);
    expect(await container()).toBe(before);
  });

  it('serves HTTPS with the certificate it is given, and answers challenges by HTTP', async () => {
    const secure = { ...state.routes[0], tls: true } as IngressRoute;
    const challenges = [{ host, token: 'token', keyAuthorization: 'token.thumb' }];
    await open.ingress.apply({ routes: [secure], certificates: [await selfSigned(host)], challenges });
    const ports = { http: open.port, https: open.httpsPort };
    expect(await visitUrl(ports, `https://${host}/`)).toMatchObject({ status: 200, body: 'one' });
    expect(await visitUrl(ports, `http://${host}/`)).toMatchObject({ status: 308 });
    const challenge = `http://${host}/.well-known/acme-challenge/token`;
    expect(await visitUrl(ports, challenge)).toMatchObject({ status: 200, body: 'token.thumb' });
    await open.ingress.apply(state);
    expect(await visit(open.port, host)).toEqual({ status: 200, body: 'one' });
  });

  it('does not let an application without tasks hold up another', async () => {
    const before = await container();
    const gone = routeTo(`${service}-gone`, network);
    await open.ingress.apply({ routes: [...state.routes, gone], ...none });
    expect(await container()).toBe(before);
    const waiting = Promise.all(Array.from({ length: 20 }, () => visit(open.port, gone.host)));
    const load = startLoad({ port: open.port, host }, 50);
    const answers = await waiting;
    const { failed, p50 } = await load.stop();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(answers[0]?.body).toBe(`The application at ${gone.host} does not answer right now.\n`);
    expect(failed).toBe(0);
    expect(p50).toBeLessThan(1_000);
    await open.ingress.apply(state);
  });

  it('tells visitors of an application that has no tasks so after one attempt, and serves it once it has some', async () => {
    const gone = { ...routeTo(`${service}-gone`, network), down: true as const };
    const back = { ...routeTo(service, network), down: true as const };
    await open.ingress.apply({ routes: [back, gone], ...none });
    expect(await visit(open.port, host)).toEqual({ status: 200, body: 'one' });
    expect(await visit(open.port, gone.host)).toEqual({
      status: 503,
      body: `The application at ${gone.host} does not answer right now.\n`,
    });
    await open.ingress.apply(state);
  });

  it('loses no GET and no POST during an update of an application that exits at once', async () => {
    const loads = ['GET', 'POST'].map((method) => startLoad({ port: open.port, host, method }, 75));
    await rollOut(service, network, 'two');
    for (const { failed, errors, bodies } of await Promise.all(loads.map((load) => load.stop()))) {
      expect([...errors]).toEqual([]);
      expect(failed).toBe(0);
      expect(bodies.get('two')).toBeGreaterThan(0);
      expect(bodies.size).toBe(2);
    }
  });

  it('loses no request over connections of their own while its configuration changes', async () => {
    const load = startLoad({ port: open.port, host, fresh: true }, 100);
    for (let at = 0; at < 4; at += 1) {
      await open.ingress.apply({ ...state, routes: [...state.routes, routeTo(`${service}-${at}`, network)] });
    }
    const { failed, errors, requests } = await load.stop();
    expect([...errors]).toEqual([]);
    expect(failed).toBe(0);
    expect(requests).toBeGreaterThan(100);
    const { HostConfig } = await docker.getContainer(await container()).inspect();
    expect(HostConfig).toMatchObject({ Sysctls: { 'net.ipv4.tcp_migrate_req': '1' } });
    await open.ingress.apply(state);
  });

  it('lets no container on its networks reach the admin API', async () => {
    const { NetworkSettings } = await docker.getContainer(await container()).inspect();
    const address = NetworkSettings.Networks[network]?.IPAddress ?? '';
    const knock = (port: number) => `
      const socket = require('net').connect(${port}, '${address}', () => { console.log('open'); process.exit(); });
      socket.on('error', (error) => { console.log(error.code); process.exit(); });`;
    // Docker may lose what a command prints that ends at once, and a task of the update before may be leaving: then
    // it is asked again.
    const tryPort = (port: number) =>
      until('an answer', async () => {
        const [inside = ''] = await runningContainers(service);
        const asked = execute(docker, inside, ['/usr/local/bin/node', '-e', knock(port)], '');
        const { output } = await asked.catch(() => ({ output: '' }));
        return output.trim() || undefined;
      });
    expect(await tryPort(80)).toBe('open');
    expect(await tryPort(2019)).toBe('ECONNREFUSED');
  });

  it('gives up a change while Caddy hangs, and makes it when asked again', async () => {
    const more = { ...state, routes: [...state.routes, routeTo(`${service}-late`, network)] };
    const { State } = await docker.getContainer(await container()).inspect();
    process.kill(State.Pid, 'SIGSTOP');
    try {
      await expect(open.anew(500).apply(more)).rejects.toThrow(/no answer within .* docker restart/);
    } finally {
      process.kill(State.Pid, 'SIGCONT');
    }
    await open.ingress.apply(more);
    expect(await visit(open.port, `${service}-late.test`)).toMatchObject({ status: 503 });
    await open.ingress.apply(state);
  });

  it('comes back with its routes after a crash, without being told them again', async () => {
    const before = await container();
    await docker.getContainer(before).kill();
    await until('a new task', async () => (await runningContainers(open.name)).some((id) => id !== before));
    await until('an answer', async () => (await visit(open.port, host).catch(() => undefined))?.status === 200);
  });

  it('leaves nothing behind when the last application goes', async () => {
    await open.ingress.apply({ routes: [], ...none });
    await expect(visit(open.port, host)).rejects.toThrow('ECONNREFUSED');
    await expect(open.ingress.ping()).rejects.toThrow('The ingress is not running.');
    await expect(docker.getVolume(open.name).inspect()).rejects.toThrow('404');
    expect(await docker.listServices({ filters: { name: [open.name] } })).toEqual([]);
    expect(await docker.listConfigs({ filters: { name: [open.name] } })).toEqual([]);
  });
});
