/** The environment, read once. See docs/configuration.md. */
export interface Config {
  /** Undefined: the embedded server under `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
  host: string;
  port: number;
  /** How git hosts and people reach Shipmate; no trailing slash. */
  publicUrl: string;
  /** Keys of 32 bytes: the first encrypts, all decrypt. Undefined: made once and kept in the data dir. */
  secretKeys: Buffer[] | undefined;
  logLevel: string;
  /** As for the Docker CLI; undefined: the local socket. */
  dockerHost: string | undefined;
  baseDomain: string;
  ingressHttpPort: number;
  ingressHttpsPort: number;
  ingressImage: string;
  registry: string | undefined;
  deployments: {
    /** Deployments of different applications that run at once. */
    concurrency: number;
    cloneTimeoutMs: number;
    buildTimeoutMs: number;
    rolloutTimeoutMs: number;
    /** Seconds the new tasks must stay healthy. */
    monitorSeconds: number;
    /** Largest build context, bytes. */
    contextLimitBytes: number;
  };
}
