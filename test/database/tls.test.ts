import { chown, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { connectDatabase } from '../../src/database/connect.ts';
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { advisoryLeases } from '../../src/database/lease.ts';
import { migrate } from '../../src/database/migrate.ts';
import { UnavailableError } from '../../src/errors.ts';
import { migrationNames } from '../../src/migrations/names.ts';
import { pgBossQueue } from '../../src/queue/pg-boss.ts';
import { onDatabase } from '../support/database.ts';
import { selfSigned } from '../support/self-signed.ts';
import { until } from '../support/until.ts';

let dataDir: string;
let server: EmbeddedPostgres;

beforeAll(async () => {
  dataDir = await mkdtemp(join(await realpath(tmpdir()), 'shipmate-tls-'));
  server = await startEmbeddedPostgres(dataDir, { durable: false });
});
afterAll(async () => {
  await server.stop();
  await removeEmbeddedPostgres(dataDir);
  await rm(dataDir, { recursive: true });
});

/** The address of the server, which shows a certificate for this host from now on, with that to check it by. */
async function withCertificateFor(host: string): Promise<string> {
  const { certificate, privateKey } = await selfSigned(host);
  const cluster = await realpath(join(dataDir, 'postgres', 'cluster'));
  const { uid, gid } = await stat(cluster);
  const [cert, key, root] = [join(cluster, `${host}.crt`), join(cluster, `${host}.key`), join(dataDir, `${host}.pem`)];
  await writeFile(cert, certificate);
  await writeFile(key, privateKey, { mode: 0o600 });
  await writeFile(root, certificate);
  for (const file of [cert, key]) await chown(file, uid, gid);
  await onDatabase(server.url, async (client) => {
    await client.query(`alter system set ssl_cert_file = '${cert}'`);
    await client.query(`alter system set ssl_key_file = '${key}'`);
    await client.query(`alter system set ssl = on`);
    await client.query('select pg_reload_conf()');
  });
  // Sessions that begin after the reload have it.
  await until('the certificate', () =>
    onDatabase(server.url, async (client) => {
      const { rows } = await client.query<{ ssl_cert_file: string }>('show ssl_cert_file');
      return rows[0]?.ssl_cert_file === cert;
    }),
  );
  const url = new URL(server.url);
  url.searchParams.set('sslmode', 'verify-full');
  url.searchParams.set('sslrootcert', root);
  return url.href;
}

describe('sslmode=verify-full at an address', () => {
  it('takes the certificate of that address on every connection', async () => {
    const url = await withCertificateFor('127.0.0.1');
    expect(await migrate(url)).toEqual(migrationNames);
    const database = await connectDatabase(url);
    const leases = advisoryLeases(url);
    const queue = pgBossQueue({ databaseUrl: url, database, logger: pino({ level: 'silent' }), jobTimeoutSeconds: 60 });
    try {
      await queue.start();
      await database.ping();
      expect(await leases.tryAcquire('a')).toBeDefined();
      const sessions = await onDatabase(server.url, (client) =>
        client.query(
          `select distinct ssl as encrypted from pg_stat_ssl join pg_stat_activity using (pid)
           where application_name like 'shipmate%'`,
        ),
      );
      expect(sessions.rows).toEqual([{ encrypted: true }]);
    } finally {
      await queue.stop(0);
      await leases.close();
      await database.close();
    }
  });

  it('refuses the certificate of another host, even that of localhost', async () => {
    const url = await withCertificateFor('localhost');
    const refused = connectDatabase(url);
    await expect(refused).rejects.toBeInstanceOf(UnavailableError);
    await expect(refused).rejects.toThrow("IP: 127.0.0.1 is not in the cert's list");
  });
});
