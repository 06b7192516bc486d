import { type ChatConfigs, chatConfigs } from './config-chat-platforms.ts';
import { readPublicIngress } from './config-public-ingress.ts';
import { type Environment, missing, read } from './config-read.ts';
import { readTraces, type TracesConfig } from './config-traces.ts';
import { variables } from './config-variables.ts';
import type { BaseImages } from './config-base-images.ts';
import type { LogFormat } from './log-format.ts';

/** The environment, read once. See docs/configuration.md. */
export interface Config extends ChatConfigs {
  /** Undefined: the embedded server under `dataDir`. */
  databaseUrl: string | undefined;
  /** Most connections to PostgreSQL at once. */
  databaseConnections: number;
  /** How long a PostgreSQL that is not there is waited for, or started again, before the process ends. */
  databaseTimeoutMs: number;
  dataDir: string;
  host: string;
  port: number;
  /** How git hosts and people reach Shipmate; no trailing slash. */
  publicUrl: string;
  /** Whether the ingress serves `publicUrl`, in place of a proxy of somebody else. */
  publicIngress: boolean;
  /** Where `/metrics` is served alone; undefined: beside everything else. */
  metricsAddress: { host: string; port: number } | undefined;
  /** Undefined: deployments are not traced. */
  traces: TracesConfig | undefined;
  /** Whose `X-Forwarded-For` counts: addresses and networks. */
  trustedProxies: string[];
  /** Keys of 32 bytes: the first encrypts, all decrypt. Undefined: made once and kept in the data dir. */
  secretKeys: Buffer[] | undefined;
  logLevel: string;
  logFormat: LogFormat;
  /** Undefined: standard error, or a file of the data dir while the console has the terminal. */
  logFile: string | undefined;
  /** As for the Docker CLI; undefined: the local socket. */
  dockerHost: string | undefined;
  baseDomain: string;
  ingressHttpPort: number;
  ingressHttpsPort: number;
  ingressImage: string;
  gatewayImage: string;
  /** Percent in use from which routes are warned, and from which it is danger. */
  diskThresholds: [warning: number, danger: number];
  registry: string | undefined;
  /** At `registry`. */
  registryLogin: { username: string; password: string } | undefined;
  deployments: {
    /** Deployments of different applications that run at once. */
    concurrency: number;
    cloneTimeoutMs: number;
    buildTimeoutMs: number;
    rolloutTimeoutMs: number;
    /** How long a deployment waits, in all, for a Docker that does not answer. */
    dockerTimeoutMs: number;
    /** How long a stop waits for deployments and jobs before it hands them back. */
    stopGraceMs: number;
    /** Seconds the new tasks must stay healthy. */
    monitorSeconds: number;
    /** Largest build context, bytes. */
    contextLimitBytes: number;
    /** What the retention leaves of the Engine's build cache, bytes. */
    buildCacheBytes: number;
    /** Images that builders start from in place of the public ones, by name. */
    baseImages: BaseImages;
  };
  /** Folder below which repositories of this machine are cloned; undefined: none is. */
  localRepositories: string | undefined;
  /** Absolute paths of the nodes that compose files may mount, with everything below. */
  hostPaths: string[];
  retention: RetentionConfig;
  /** Longest time for a backup, a restore or a drill. */
  backupTimeoutMs: number;
  /** Of backups of Shipmate itself; without a passphrase or a recipient, which comes first, there are none. */
  selfBackup: { passphrase: string | undefined; recipient?: string | undefined; folder: string | undefined };
  acme: AcmeConfig;
  /** Undefined: domains are proved over HTTP alone. */
  dns: DnsConfig | undefined;
  /** Undefined: backups and archives are folders of the data dir. */
  s3: S3Config | undefined;
}

/** Retention periods, milliseconds. */
export interface RetentionConfig {
  /** Logs of finished deployments, before they move to the archive. */
  deploymentsMs: number;
  /** The lines that were written while a deployment ran. */
  deploymentLogsMs: number;
  /** Entries of the audit log, before they move to the archive. */
  auditMs: number;
  /** Webhook deliveries, used link codes, delivered notifications. */
  recordsMs: number;
  /** Versions of each application that can be gone back to. */
  imagesKept: number;
}

export interface AcmeConfig {
  directoryUrl: string;
  email: string | undefined;
  /** Path of a PEM file whose certificates are trusted beside the usual ones. */
  caFile: string | undefined;
  /** What ties the account to one agreed upon beforehand. @see RFC 8555, 7.3.4 */
  binding?: { keyId: string; hmacKey: string } | undefined;
}

/** Where TXT records are set for DNS-01. */
export interface DnsConfig {
  provider: 'cloudflare';
  token: string;
  apiUrl: string;
}

export interface S3Config {
  bucket: string;
  /** Undefined: Amazon's of the region. */
  endpoint: string | undefined;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * Reads the environment; a variable that is empty counts as not set.
 * @throws {ConfigError} for the first wrong value, in one line: which, what is wrong, and an example.
 */
export function loadConfig(env: Environment = process.env): Config {
  const host = read(env, 'SHIPMATE_HOST', variables.SHIPMATE_HOST);
  const port = read(env, 'SHIPMATE_PORT', variables.SHIPMATE_PORT);
  return {
    databaseUrl: read(env, 'DATABASE_URL', variables.DATABASE_URL),
    databaseConnections: read(env, 'SHIPMATE_DATABASE_CONNECTIONS', variables.SHIPMATE_DATABASE_CONNECTIONS),
    databaseTimeoutMs: read(env, 'SHIPMATE_DATABASE_TIMEOUT', variables.SHIPMATE_DATABASE_TIMEOUT),
    dataDir: read(env, 'SHIPMATE_DATA_DIR', variables.SHIPMATE_DATA_DIR),
    host,
    port,
    publicUrl: read(env, 'SHIPMATE_PUBLIC_URL', variables.SHIPMATE_PUBLIC_URL) ?? urlOf(host, port),
    publicIngress: readPublicIngress(env),
    metricsAddress: read(env, 'SHIPMATE_METRICS_ADDRESS', variables.SHIPMATE_METRICS_ADDRESS),
    traces: readTraces(env),
    trustedProxies: read(env, 'SHIPMATE_TRUSTED_PROXIES', variables.SHIPMATE_TRUSTED_PROXIES) ?? [],
    secretKeys: read(env, 'SHIPMATE_SECRET_KEY', variables.SHIPMATE_SECRET_KEY),
    logLevel: read(env, 'SHIPMATE_LOG_LEVEL', variables.SHIPMATE_LOG_LEVEL),
    logFormat: read(env, 'SHIPMATE_LOG_FORMAT', variables.SHIPMATE_LOG_FORMAT),
    logFile: read(env, 'SHIPMATE_LOG_FILE', variables.SHIPMATE_LOG_FILE),
    dockerHost: read(env, 'DOCKER_HOST', variables.DOCKER_HOST),
    baseDomain: read(env, 'SHIPMATE_BASE_DOMAIN', variables.SHIPMATE_BASE_DOMAIN),
    ingressHttpPort: read(env, 'SHIPMATE_INGRESS_HTTP_PORT', variables.SHIPMATE_INGRESS_HTTP_PORT),
    ingressHttpsPort: read(env, 'SHIPMATE_INGRESS_HTTPS_PORT', variables.SHIPMATE_INGRESS_HTTPS_PORT),
    ingressImage: read(env, 'SHIPMATE_INGRESS_IMAGE', variables.SHIPMATE_INGRESS_IMAGE),
    gatewayImage: read(env, 'SHIPMATE_GATEWAY_IMAGE', variables.SHIPMATE_GATEWAY_IMAGE),
    diskThresholds: read(env, 'SHIPMATE_DISK_THRESHOLDS', variables.SHIPMATE_DISK_THRESHOLDS),
    registry: read(env, 'SHIPMATE_REGISTRY', variables.SHIPMATE_REGISTRY),
    registryLogin: readRegistryLogin(env),
    deployments: {
      concurrency: read(env, 'SHIPMATE_CONCURRENCY', variables.SHIPMATE_CONCURRENCY),
      cloneTimeoutMs: read(env, 'SHIPMATE_CLONE_TIMEOUT', variables.SHIPMATE_CLONE_TIMEOUT),
      buildTimeoutMs: read(env, 'SHIPMATE_BUILD_TIMEOUT', variables.SHIPMATE_BUILD_TIMEOUT),
      rolloutTimeoutMs: read(env, 'SHIPMATE_ROLLOUT_TIMEOUT', variables.SHIPMATE_ROLLOUT_TIMEOUT),
      dockerTimeoutMs: read(env, 'SHIPMATE_DOCKER_TIMEOUT', variables.SHIPMATE_DOCKER_TIMEOUT),
      stopGraceMs: read(env, 'SHIPMATE_STOP_GRACE', variables.SHIPMATE_STOP_GRACE),
      monitorSeconds: read(env, 'SHIPMATE_MONITOR_SECONDS', variables.SHIPMATE_MONITOR_SECONDS),
      contextLimitBytes: read(env, 'SHIPMATE_CONTEXT_LIMIT', variables.SHIPMATE_CONTEXT_LIMIT),
      buildCacheBytes: read(env, 'SHIPMATE_BUILD_CACHE', variables.SHIPMATE_BUILD_CACHE),
      baseImages: read(env, 'SHIPMATE_BASE_IMAGES', variables.SHIPMATE_BASE_IMAGES) ?? {},
    },
    retention: {
      deploymentsMs: read(env, 'SHIPMATE_RETENTION_DEPLOYMENTS', variables.SHIPMATE_RETENTION_DEPLOYMENTS),
      deploymentLogsMs: read(env, 'SHIPMATE_RETENTION_DEPLOYMENT_LOGS', variables.SHIPMATE_RETENTION_DEPLOYMENT_LOGS),
      auditMs: read(env, 'SHIPMATE_RETENTION_AUDIT', variables.SHIPMATE_RETENTION_AUDIT),
      recordsMs: read(env, 'SHIPMATE_RETENTION_RECORDS', variables.SHIPMATE_RETENTION_RECORDS),
      imagesKept: read(env, 'SHIPMATE_RETENTION_IMAGES', variables.SHIPMATE_RETENTION_IMAGES),
    },
    hostPaths: read(env, 'SHIPMATE_HOST_PATHS', variables.SHIPMATE_HOST_PATHS) ?? [],
    localRepositories: read(env, 'SHIPMATE_LOCAL_REPOSITORIES', variables.SHIPMATE_LOCAL_REPOSITORIES),
    backupTimeoutMs: read(env, 'SHIPMATE_BACKUP_TIMEOUT', variables.SHIPMATE_BACKUP_TIMEOUT),
    selfBackup: {
      passphrase: read(env, 'SHIPMATE_SELF_BACKUP_PASSPHRASE', variables.SHIPMATE_SELF_BACKUP_PASSPHRASE),
      recipient: read(env, 'SHIPMATE_SELF_BACKUP_RECIPIENT', variables.SHIPMATE_SELF_BACKUP_RECIPIENT),
      folder: read(env, 'SHIPMATE_SELF_BACKUP_FOLDER', variables.SHIPMATE_SELF_BACKUP_FOLDER),
    },
    acme: {
      directoryUrl: read(env, 'ACME_DIRECTORY_URL', variables.ACME_DIRECTORY_URL),
      email: read(env, 'ACME_EMAIL', variables.ACME_EMAIL),
      caFile: read(env, 'ACME_CA_FILE', variables.ACME_CA_FILE),
      binding: readBinding(env),
    },
    dns: readDns(env),
    s3: readS3(env),
    ...chatConfigs((name, variable) => read(env, name, variable), missing),
  };
}

function readRegistryLogin(env: Environment): Config['registryLogin'] {
  const username = read(env, 'SHIPMATE_REGISTRY_USERNAME', variables.SHIPMATE_REGISTRY_USERNAME);
  const password = read(env, 'SHIPMATE_REGISTRY_PASSWORD', variables.SHIPMATE_REGISTRY_PASSWORD);
  if (!username && !password) return undefined;
  if (!username) throw missing('SHIPMATE_REGISTRY_USERNAME', 'is needed with SHIPMATE_REGISTRY_PASSWORD');
  if (!password) throw missing('SHIPMATE_REGISTRY_PASSWORD', 'is needed with SHIPMATE_REGISTRY_USERNAME');
  if (!read(env, 'SHIPMATE_REGISTRY', variables.SHIPMATE_REGISTRY)) {
    throw missing('SHIPMATE_REGISTRY', 'is needed with SHIPMATE_REGISTRY_USERNAME');
  }
  return { username, password };
}

function readBinding(env: Environment): AcmeConfig['binding'] {
  const keyId = read(env, 'ACME_EAB_KID', variables.ACME_EAB_KID);
  const hmacKey = read(env, 'ACME_EAB_HMAC_KEY', variables.ACME_EAB_HMAC_KEY);
  if (!keyId && !hmacKey) return undefined;
  if (!keyId) throw missing('ACME_EAB_KID', 'is needed with ACME_EAB_HMAC_KEY');
  if (!hmacKey) throw missing('ACME_EAB_HMAC_KEY', 'is needed with ACME_EAB_KID');
  return { keyId, hmacKey };
}

function readDns(env: Environment): DnsConfig | undefined {
  const provider = read(env, 'SHIPMATE_DNS_PROVIDER', variables.SHIPMATE_DNS_PROVIDER);
  const token = read(env, 'CLOUDFLARE_API_TOKEN', variables.CLOUDFLARE_API_TOKEN);
  const apiUrl = read(env, 'CLOUDFLARE_API_URL', variables.CLOUDFLARE_API_URL);
  if (!provider) return undefined;
  if (!token) throw missing('CLOUDFLARE_API_TOKEN', 'is needed with SHIPMATE_DNS_PROVIDER=cloudflare');
  return { provider, token, apiUrl };
}

function readS3(env: Environment): S3Config | undefined {
  const bucket = read(env, 'S3_BUCKET', variables.S3_BUCKET);
  const endpoint = read(env, 'S3_ENDPOINT', variables.S3_ENDPOINT);
  const region = read(env, 'S3_REGION', variables.S3_REGION);
  const accessKeyId = read(env, 'S3_ACCESS_KEY_ID', variables.S3_ACCESS_KEY_ID);
  const secretAccessKey = read(env, 'S3_SECRET_ACCESS_KEY', variables.S3_SECRET_ACCESS_KEY);
  if (!bucket && (endpoint || accessKeyId || secretAccessKey)) {
    throw missing('S3_BUCKET', 'is needed with the other S3 ones');
  }
  if (!bucket) return undefined;
  if (!accessKeyId) throw missing('S3_ACCESS_KEY_ID', 'is needed with S3_BUCKET');
  if (!secretAccessKey) throw missing('S3_SECRET_ACCESS_KEY', 'is needed with S3_BUCKET');
  return { bucket, endpoint, region, accessKeyId, secretAccessKey };
}

/** A wildcard address is no address to call. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
