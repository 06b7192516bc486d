import type { Acme } from '../acme/acme.ts';
import type { Archive } from '../archive/archive.ts';
import type { BackupStore } from '../backup-store/backup-store.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { Leases } from '../database/lease.ts';
import type { Platform } from '../entities/chat-message.ts';
import type { GitHostApis } from '../git-hosts/api.ts';
import type { HostAppApis } from '../git-hosts/app-clients.ts';
import type { AppTokens } from '../git-hosts/app-tokens.ts';
import type { OpenResolver } from '../host/resolver.ts';
import type { Git } from '../git/git.ts';
import type { Gateways } from '../ingress/gateways.ts';
import type { Ingress } from '../ingress/ingress.ts';
import type { Logger } from '../logger.ts';
import type { Queue } from '../queue/queue.ts';
import type { Cipher } from '../secrets/cipher.ts';
import type { OneShots } from '../swarm/containers/one-shot.ts';
import type { Swarm } from '../swarm/swarm.ts';
import type { Traces } from '../tracing/traces.ts';
import type { ReachCheck } from './notifications/reach.ts';

/** A channel of a chat platform; `channel` may identify a thread, in the format of the platform's bot. */
export interface ChannelRef {
  platform: Platform;
  channel: string;
}

/** Dependencies of use cases, created once in `app.ts`. Every use case is a function `(deps, ...)`. */
export interface Deps {
  config: Config;
  /** Of this process among all that share the database. */
  replicaId: string;
  database: Database;
  leases: Leases;
  cipher: Cipher;
  git: Git;
  gitHostApis: GitHostApis;
  hostAppApis: HostAppApis;
  appTokens: AppTokens;
  swarm: Swarm;
  oneShots: OneShots;
  backupStore: BackupStore;
  ingress: Ingress;
  gateways: Gateways;
  archive: Archive;
  queue: Queue;
  acme: Acme;
  /** The door to DNS. */
  resolver: OpenResolver;
  logger: Logger;
  /** Undefined: deployments are not traced. */
  traces: Traces | undefined;
  /** Channels that get a live message of every deployment, in addition to the requesting one. */
  announceTo: ChannelRef[];
  /** Asks a chat platform whether Shipmate may write in a channel; by platform, once its bot has been started. */
  reachChecks: Map<Platform, ReachCheck>;
}
