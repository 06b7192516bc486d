import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { freePort } from '../../scripts/support/free-port.ts';
import { preparedIngressImage } from '../../scripts/support/ingress-image.ts';
import { type ShipmateProcess, startShipmate } from '../../scripts/support/shipmate-process.ts';
import { createClient } from '../../src/cli/client.ts';
import type { DeploymentMetadata } from '../../src/entities/deployment-metadata.ts';
import type { DeploymentStatus } from '../../src/entities/deployment.ts';
import type { Reply } from '../../src/replies/reply.ts';
import { createEmptyDatabase, createMigratedDatabase, onDatabase, openConnection } from './database.ts';
import { removeEverythingOf } from './shipmate-leftovers.ts';
import { noteStarted } from './test-run.ts';
import { until } from './until.ts';

export interface DeploymentRow {
  id: string;
  status: DeploymentStatus;
  commit_sha: string | null;
  metadata: DeploymentMetadata;
  logs: string | null;
}

/** A Shipmate of its own: process, database, data folder, ports. */
export interface RunningShipmate extends AsyncDisposable {
  url: string;
  token: string;
  databaseUrl: string;
  dataDir: string;
  ingressPort: number;
  /** A name for a project that no other test uses: images are named after it. */
  project: string;
  env: Record<string, string>;
  /** The process of the last start. */
  process(): ShipmateProcess;
  /** Everything that any start printed, standard error included. */
  output(): string;
  command(line: string, secrets?: Record<string, string>): Promise<Reply>;
  /** Rows of a query, as the owner of the tables. */
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
  deployment(id: string): Promise<DeploymentRow>;
  /** Waits until the deployment is as `holds` wants it. @throws {Error} when it ends before. */
  deploymentIs(id: string, what: string, holds: (row: DeploymentRow) => boolean): Promise<DeploymentRow>;
  deploymentEnds(id: string): Promise<DeploymentRow>;
  /** After a kill or a stop: the same data folder, database and ports. */
  restart(env?: Record<string, string>): Promise<void>;
  /** Kills it and removes everything it has made. */
  close(): Promise<void>;
}

function onPort(databaseUrl: string, port: number): string {
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  return url.href;
}

/** Its services outlive it when the test run is killed. */
async function noteInstallation(databaseUrl: string): Promise<void> {
  const query = `select value as id from installation where name = 'id'`;
  const { rows } = await onDatabase(databaseUrl, (client) => client.query<{ id: string }>(query));
  for (const { id } of rows) await noteStarted('installation', id);
}

const unfinished: string[] = ['pending', 'building', 'deploying'];
const endMs = 600_000;

/**
 * `beside`: shares the database, the key and the ingress with another one, which cleans up for both.
 * `empty`: its first start makes the tables.
 */
export async function openShipmate(
  options: {
    env?: Record<string, string>;
    beside?: RunningShipmate;
    empty?: boolean;
    /** Port on 127.0.0.1 that it reaches PostgreSQL through. */
    postgresPort?: number;
    /** Default: the sources. */
    program?: string;
  } = {},
): Promise<RunningShipmate> {
  const { beside, empty, program } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'shipmate-test-'));
  await noteStarted('folder', dataDir);
  const database = beside ? undefined : await (empty ? createEmptyDatabase : createMigratedDatabase)();
  const databaseUrl = beside?.databaseUrl ?? database?.url ?? '';
  const ingressPort = beside?.ingressPort ?? (await freePort());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    DATABASE_URL: options.postgresPort === undefined ? databaseUrl : onPort(databaseUrl, options.postgresPort),
    SHIPMATE_DATA_DIR: dataDir,
    // Where tests make their repositories.
    SHIPMATE_LOCAL_REPOSITORIES: tmpdir(),
    SHIPMATE_PORT: String(port),
    SHIPMATE_PUBLIC_URL: url,
    SHIPMATE_INGRESS_HTTP_PORT: String(ingressPort),
    SHIPMATE_INGRESS_HTTPS_PORT: beside?.env['SHIPMATE_INGRESS_HTTPS_PORT'] ?? String(await freePort()),
    SHIPMATE_SECRET_KEY: beside?.env['SHIPMATE_SECRET_KEY'] ?? randomBytes(32).toString('base64'),
    SHIPMATE_INGRESS_IMAGE: await preparedIngressImage(),
    ACME_DIRECTORY_URL: 'http://127.0.0.1:9/directory',
    SHIPMATE_MONITOR_SECONDS: '1',
    SHIPMATE_LOG_LEVEL: 'debug',
    NODE_OPTIONS: '',
    ...options.env,
  };
  const printed: string[] = [];
  let running: ShipmateProcess | undefined;
  let connection: Promise<pg.Client> | undefined;

  async function start(changes: Record<string, string> = {}): Promise<ShipmateProcess> {
    const onLine = (line: string) => void printed.push(line);
    running = startShipmate({ env: { ...env, ...changes }, onLine, ...(program !== undefined && { program }) });
    running.child.stderr?.on('data', (chunk: Buffer) => printed.push(chunk.toString('utf8')));
    await running.waitFor(/Shipmate listens on/, { from: 0 });
    return running;
  }

  async function close(): Promise<void> {
    await running?.kill();
    await (await connection)?.end();
    if (database) {
      await removeEverythingOf(databaseUrl, ingressPort);
      await database.close();
    }
    await rm(dataDir, { recursive: true, force: true });
  }

  async function deploymentIs(id: string, what: string, holds: (row: DeploymentRow) => boolean) {
    return until(
      `deployment ${what}`,
      async () => {
        const row = await shipmate.deployment(id);
        if (holds(row)) return row;
        if (!unfinished.includes(row.status)) throw new Error(`ended before ${what}: ${JSON.stringify(row)}`);
        return undefined;
      },
      endMs,
    );
  }

  const shipmate: RunningShipmate = {
    url,
    databaseUrl,
    dataDir,
    ingressPort,
    env,
    token: beside?.token ?? '',
    project: `shop-${randomBytes(4).toString('hex')}`,
    process() {
      if (!running) throw new Error('it was not started');
      return running;
    },
    output: () => printed.join('\n'),
    command: (line, secrets) => createClient({ url, token: shipmate.token, account: 'ada' }).run(line, secrets),
    async rows<T>(sql: string, values: unknown[] = []) {
      connection ??= openConnection(databaseUrl);
      return (await (await connection).query(sql, values)).rows as T[];
    },
    async deployment(id) {
      const [row] = await shipmate.rows<DeploymentRow>(
        'select id, status, commit_sha, metadata, logs from deployments where id = $1',
        [id],
      );
      if (!row) throw new Error(`there is no deployment ${id}`);
      return row;
    },
    deploymentIs,
    deploymentEnds: (id) => deploymentIs(id, 'ends', ({ status }) => !unfinished.includes(status)),
    restart: async (changes) => void (await start(changes)),
    close,
    [Symbol.asyncDispose]: close,
  };

  try {
    const first = await start();
    if (!beside) {
      await noteInstallation(databaseUrl);
      const [, code] = await first.waitFor(/`link ([^`]+)`/, { from: 0 });
      const { data } = await createClient({ url, token: undefined, account: 'ada' }).run(`link ${code}`);
      shipmate.token = (data as { token: string }).token;
      await shipmate.command(`project create ${shipmate.project}`);
    }
    return shipmate;
  } catch (error) {
    await close();
    throw error;
  }
}
