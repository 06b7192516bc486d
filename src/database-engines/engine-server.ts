import type { DockerConfig } from '../entities/application-config.ts';
import type { Setting, Settings } from './settings.ts';

/** What an attached application signs in as; it owns its database. */
export interface Account {
  user: string;
  password: string;
  database: string;
}

/** Desired server of an engine. */
export interface Server {
  /** Image reference, e.g. `postgres:17` or `mariadb:11`. */
  image: string;
  /** Version in the image, e.g. `17` or `8.4`. */
  version: string;
  account: Account;
  /** Who administers the server: the application's account where the engine has no other. */
  administrator: Pick<Account, 'user' | 'password'>;
  settings: Settings;
  /** Whether its data outlive a task. */
  persistent: boolean;
}

/** What the container of a server is given. Nothing secret is in it but in `secretFiles`. */
export interface EngineContainer {
  env: Record<string, string>;
  /** Name below `/run/secrets/`, or an absolute path → content. */
  secretFiles: Record<string, string>;
  /** Handed to the image's entrypoint. */
  args: string[];
  healthcheck: NonNullable<DockerConfig['healthcheck']>;
  /** Where the data lie. */
  dataPath: string;
  /** Asks the server to end in good order. */
  stopSignal: 'SIGTERM' | 'SIGINT';
}

/** What a server of an engine is given and how it is reached. Pure: nothing here reaches a server. */
export interface EngineServer {
  /** As people write it, e.g. `PostgreSQL`. */
  title: string;
  port: number;
  /** Version of a new server when none is named. */
  defaultVersion: string;
  /** Names of the application's account and database on a new server. */
  owner: Pick<Account, 'user' | 'database'>;
  /** The official image of a version. */
  image(version: string): string;
  /** Default variable of the connection string in attached applications. */
  variable: string;
  /** Settings for `--config key=value`, in addition to `persistent` and `volume_size`. */
  settings: Record<string, Setting>;
  container(server: Server): EngineContainer;
  connectionUrl(account: Account, host: string): string;
  /**
   * Why a server of the first version cannot go on with its data under the second; undefined when it can.
   * Versions are compared before, so that `to` is the newer one.
   */
  upgradeObstacle(from: string, to: string): string | undefined;
}

/** Where Swarm mounts the secret file of that name. */
export function secretPath(name: string): string {
  return name.startsWith('/') ? name : `/run/secrets/${name}`;
}

/**
 * Often enough to notice soon, and nothing counts against a server that still recovers from a crash. A server that is
 * down refuses at once; the limit is for a machine so busy that a check only starts after many seconds, where ending its
 * databases would make things worse.
 */
export function checkedBy(test: string[], interval = '5s'): EngineContainer['healthcheck'] {
  return { test: ['CMD', ...test], interval, timeout: '30s', retries: 5, start_period: '5m' };
}

/** The account that a connection string of the engine signs in as. */
export function accountOf({ owner }: EngineServer, connectionUrl: string): Account {
  const { username, password, pathname } = new URL(connectionUrl);
  return { user: username || owner.user, password, database: pathname.slice(1) || owner.database };
}
