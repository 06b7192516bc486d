import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { gatewayProgram } from '../../src/database-engines/gateway-program.ts';
import { databaseEngines } from '../../src/database-engines/registry.ts';
import type { Gateways, GatewaySpec } from '../../src/ingress/gateways.ts';
import { swarmGateways } from '../../src/ingress/swarm-gateways.ts';
import { dockerSwarm } from '../../src/swarm/dockerode.ts';
import { registryCredentials } from '../../src/swarm/images/credentials.ts';
import { ingressEngine } from '../../src/swarm/ingress/ingress-engine.ts';
import { registryLogin } from '../support/registry.ts';
import { selfSigned } from '../support/self-signed.ts';
import { openCluster, type SwarmCluster } from '../support/swarm-cluster.ts';
import { until } from '../support/until.ts';

const port = 16379;
let cluster: SwarmCluster;
let gateways: Gateways;
let spec: GatewaySpec;

beforeAll(async () => {
  cluster = await openCluster();
  const { docker } = cluster.nodes[0];
  const credentials = registryCredentials({ registry: cluster.registry, login: registryLogin });
  gateways = swarmGateways({
    engine: ingressEngine(docker, { credentials }),
    swarm: dockerSwarm(docker, { contextLimitBytes: 0, credentials }),
    logger: pino({ level: 'silent' }),
    // Not there, so that one is made and pushed.
    image: `${cluster.registry}/node:24`,
    registry: cluster.registry,
    owner: 80,
  });
  spec = {
    port,
    allow: ['10.213.0.0/24'],
    service: 'shop-cache',
    target: 6379,
    network: 'shop',
    program: await gatewayProgram(databaseEngines.redis),
    ...(await selfSigned('db.test')),
  };
});
afterAll(async () => cluster[Symbol.asyncDispose]());

/** The certificate that each node shows to a client among them, or `closed`. */
async function shown(): Promise<string[]> {
  const script = `
    const { connect } = require('node:tls');
    const look = (host) => new Promise((resolve) => {
      const socket = connect({ host, port: ${port}, rejectUnauthorized: false, timeout: 30000 });
      socket.on('secureConnect', () => resolve(socket.getPeerCertificate().fingerprint256));
      socket.on('timeout', () => socket.destroy()).on('error', () => resolve('closed')).on('close', () => resolve('closed'));
    });
    Promise.all(${JSON.stringify(cluster.nodes.map(({ address }) => address))}.map(look)).then((all) => {
      console.log(JSON.stringify(all));
      process.exit();
    });`;
  return JSON.parse(await cluster.inside(process.execPath, ['-e', script])) as string[];
}

/** Applies it as the job does, every minute, until all nodes have it. */
async function applied(wanted: GatewaySpec): Promise<void> {
  await until('the gateways', async () => {
    await gateways.apply([wanted]).catch(() => undefined);
    return (await gateways.ask(port).catch(() => undefined)) !== undefined;
  });
}

it('lets clients in at every node, with the newest certificate and from the newest networks', async () => {
  const fingerprint = ({ certificate }: GatewaySpec) => new X509Certificate(certificate).fingerprint256;
  const everywhere = async (what: string) => until(what, async () => (await shown()).every((one) => one === what));
  await applied(spec);
  await everywhere(fingerprint(spec));
  const renewed = { ...spec, ...(await selfSigned('db.test')) };
  await applied(renewed);
  await everywhere(fingerprint(renewed));
  await applied({ ...renewed, allow: ['203.0.113.0/24'] });
  await everywhere('closed');
  await gateways.apply([]);
  await everywhere('closed');
  expect(await gateways.ask(port)).toBeUndefined();
});
