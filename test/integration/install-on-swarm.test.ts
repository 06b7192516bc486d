import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DebianRoot, openDebianRoot, type Ran } from '../../scripts/support/debian-root.ts';
import { type EngineSocket, openEngineSocket } from '../../scripts/support/engine-socket.ts';
import { freePort } from '../../scripts/support/free-port.ts';
import { answerOf, done, mountsOf, packaged, packedOnce } from '../support/installation/packaged.ts';
import {
  openOwnImage,
  openReachedPostgres,
  type OwnImage,
  ownService,
  ownServices,
  ownVolumeLabels,
  removeOwnVolume,
  type ReachedPostgres,
} from '../support/installation/swarm-stage.ts';
import { until } from '../support/until.ts';

describe('as a service of the swarm', () => {
  let debian: DebianRoot;
  let engine: EngineSocket;
  let image: OwnImage;
  let postgres: ReachedPostgres;
  let port: number;
  beforeAll(async () => {
    const packed = await packedOnce();
    debian = await openDebianRoot({
      release: 'bookworm',
      packages: ['passwd', 'libstdc++6'],
      mounts: mountsOf(packed),
      essential: true,
    });
    await debian.run('groupadd', ['--system', 'docker']);
    const { out } = await debian.run('getent', ['group', 'docker']);
    engine = await openEngineSocket(join(debian.folder, 'run/docker.sock'), Number(out.split(':')[2]));
    image = await openOwnImage(packed.folder);
    postgres = await openReachedPostgres();
    port = await freePort();
  });
  afterAll(async () => {
    await packaged(debian, 'uninstall');
    await until('its volume is free, and removed', removeOwnVolume);
    await postgres[Symbol.asyncDispose]();
    await image[Symbol.asyncDispose]();
    await debian[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  async function onSwarm(...args: string[]): Promise<Ran> {
    return packaged(debian, 'install', '--swarm', '--image', image.name, ...args);
  }

  async function writeVariables(...lines: string[]): Promise<void> {
    await writeFile(join(debian.folder, 'root/shipmate.env'), lines.join('\n'));
  }

  it('refuses what tasks on several nodes could not share, before it does anything', async () => {
    expect((await onSwarm()).err).toMatch(/^A service of the swarm moves between nodes, and an embedded database/);
    await writeVariables('DATABASE_URL=postgres://shipmate:secret@127.0.0.1/shipmate');
    expect((await onSwarm('--env-file', '/root/shipmate.env')).err).toBe(
      "DATABASE_URL leads to 127.0.0.1, which is the container itself. Name the server's address.\n",
    );
    await writeVariables(`DATABASE_URL=${postgres.url}`);
    expect((await onSwarm('--env-file', '/root/shipmate.env', '--replicas', '2')).err).toBe(
      '2 tasks share no folder, so that archives and backups need S3. Set S3_BUCKET and its siblings, or take one task.\n',
    );
    expect(existsSync(join(debian.folder, 'etc/shipmate'))).toBe(false);
  });

  it('serves, with its variables as a secret, and prints the first link code', async () => {
    await writeVariables(`DATABASE_URL=${postgres.url}`, 'SHIPMATE_INGRESS_HTTP_PORT=28123');
    const out = done(await onSwarm('--env-file', '/root/shipmate.env', `SHIPMATE_PORT=${port}`));
    expect(out).toMatch(/^ {2}SHIPMATE_URL=\S+ shipmate link (?:[0-9A-Z]{4}-){3}[0-9A-Z]{4} /m);
    await until('an answer', async () => (await answerOf(port, '/readyz')) === 200);
    const { spec, secrets } = await ownService();
    expect(JSON.stringify(spec)).not.toContain('postgres://');
    expect(spec.TaskTemplate.ContainerSpec.Env).toEqual([
      'NODE_ENV=production',
      'SHIPMATE_HOST=0.0.0.0',
      'SHIPMATE_DATA_DIR=/data',
    ]);
    expect(secrets).toHaveLength(1);
  });

  it('is changed in place, and keeps its key', async () => {
    const key = /^SHIPMATE_SECRET_KEY=.+$/m.exec(
      await readFile(join(debian.folder, 'etc/shipmate/shipmate.env'), 'utf8'),
    );
    done(await onSwarm('SHIPMATE_LOG_LEVEL=debug'));
    const text = await readFile(join(debian.folder, 'etc/shipmate/shipmate.env'), 'utf8');
    expect(text).toContain(`\n${key?.[0]}\n`);
    expect(text).toContain('\nSHIPMATE_LOG_LEVEL=debug\n');
    await until('an answer', async () => (await answerOf(port, '/readyz')) === 200);
  });

  it('goes, with its secrets', async () => {
    const out = done(await packaged(debian, 'uninstall'));
    expect(out.split('\n')[0]).toBe('remove the service shipmate of the swarm');
    expect(out).toMatch(/^Left at the Docker Engine, and running: .*\d volumes?/m);
    expect(await ownVolumeLabels()).toEqual({ 'shipmate.managed': 'true' });
    expect(await ownServices()).toEqual([]);
  });
});
