import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configurationDocs } from '../scripts/docs/configuration.ts';
import { variables } from '../src/config-variables.ts';
import { ConfigError } from '../src/config-read.ts';
import { loadConfig } from '../src/config.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const otherKey = Buffer.alloc(32, 8).toString('base64');

function messageOf(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('configuration', () => {
  it('needs nothing', () => {
    expect(loadConfig({})).toEqual({
      databaseUrl: undefined,
      databaseConnections: 20,
      databaseTimeoutMs: 300_000,
      dataDir: resolve('data'),
      host: '127.0.0.1',
      port: 8080,
      publicUrl: 'http://127.0.0.1:8080',
      publicIngress: false,
      trustedProxies: [],
      secretKeys: undefined,
      logLevel: 'info',
      logFormat: 'json',
      dockerHost: undefined,
      baseDomain: 'localhost',
      ingressHttpPort: 80,
      ingressHttpsPort: 443,
      ingressImage: 'caddy:2',
      gatewayImage: 'node:24-alpine',
      diskThresholds: [80, 90],
      registry: undefined,
      deployments: {
        concurrency: 2,
        cloneTimeoutMs: 300_000,
        buildTimeoutMs: 1_800_000,
        rolloutTimeoutMs: 600_000,
        dockerTimeoutMs: 600_000,
        stopGraceMs: 20_000,
        monitorSeconds: 5,
        contextLimitBytes: 500 * 1024 * 1024,
        buildCacheBytes: 10 * 1024 ** 3,
        baseImages: {},
      },
      retention: {
        deploymentsMs: 90 * 86_400_000,
        deploymentLogsMs: 30 * 86_400_000,
        auditMs: 365 * 86_400_000,
        recordsMs: 30 * 86_400_000,
        imagesKept: 5,
      },
      localRepositories: undefined,
      hostPaths: [],
      selfBackup: { passphrase: undefined, folder: undefined },
      backupTimeoutMs: 21_600_000,
      acme: { directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory', email: undefined, caFile: undefined },
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ DATABASE_URL: '', SHIPMATE_PORT: '' })).toEqual(loadConfig({}));
  });

  it.each([
    ['postgres://u:p@localhost/db'],
    ['postgres://u:p@127.0.0.1:5433/db'],
    ['postgres://u:p@[::1]/db'],
    ['postgresql:///db?host=/run/postgresql'],
    ['postgres://u:p@db.example.com/db?sslmode=require'],
    ['postgres://u:p@db.example.com/db?sslmode=verify-full'],
  ])('accepts the database %s', (databaseUrl) => {
    expect(loadConfig({ DATABASE_URL: databaseUrl }).databaseUrl).toBe(databaseUrl);
  });

  it.each([
    ['postgres://u:hunter2@db.example.com/db'],
    ['postgres://u:hunter2@db.example.com/db?sslmode=prefer'],
    ['postgres://u:hunter2@127.0.0.1.example.com/db'],
    ['postgres://u:hunter2@localhost/db?host=db.example.com'],
  ])('refuses the database %s for lack of TLS', (databaseUrl) => {
    expect(messageOf({ DATABASE_URL: databaseUrl })).toMatch(
      /^DATABASE_URL .*lacks TLS.*Example: DATABASE_URL=postgres/,
    );
  });

  it.each([
    ['DATABASE_URL', 'mysql://u:hunter2@localhost/db'],
    ['DATABASE_URL', 'hunter2'],
    ['SHIPMATE_SELF_BACKUP_PASSPHRASE', 'too short'],
    ['SHIPMATE_SELF_BACKUP_RECIPIENT', 'AGE-SECRET-KEY-1NEVER'],
    ['SHIPMATE_SECRET_KEY', 'hunter2'],
    ['SHIPMATE_SECRET_KEY', `${key},hunter2`],
    ['SHIPMATE_TRUSTED_PROXIES', 'nginx'],
    ['SHIPMATE_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['SHIPMATE_TRUSTED_PROXIES', '10.0.0.1,'],
    ['SHIPMATE_TRUSTED_PROXIES', '10.0.0.1 10.0.0.2'],
    ['SHIPMATE_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['SHIPMATE_TRUSTED_PROXIES', '10.0.0.1,::/0'],
    ['SHIPMATE_PORT', '80a'],
    ['SHIPMATE_PORT', '70000'],
    ['SHIPMATE_PORT', '-1'],
    ['SHIPMATE_PUBLIC_URL', 'ship.example.com'],
    ['SHIPMATE_PUBLIC_URL', 'ftp://ship.example.com'],
    ['SHIPMATE_LOG_LEVEL', 'loud'],
    ['DOCKER_HOST', 'docker'],
    ['SHIPMATE_BASE_DOMAIN', 'http://example.com'],
    ['SHIPMATE_INGRESS_HTTP_PORT', 'x'],
    ['SHIPMATE_INGRESS_HTTPS_PORT', '1.5'],
    ['SHIPMATE_INGRESS_IMAGE', 'caddy 2'],
    ['SHIPMATE_GATEWAY_IMAGE', 'node 24'],
    ['SHIPMATE_REGISTRY', 'https://registry.example.com'],
    ['SHIPMATE_DISK_THRESHOLDS', '90,80'],
    ['SHIPMATE_CONCURRENCY', '0'],
    ['SHIPMATE_DATABASE_CONNECTIONS', '7'],
    ['SHIPMATE_CLONE_TIMEOUT', '5'],
    ['SHIPMATE_BUILD_TIMEOUT', '0s'],
    ['SHIPMATE_ROLLOUT_TIMEOUT', '5 minutes'],
    ['SHIPMATE_MONITOR_SECONDS', '-5'],
    ['SHIPMATE_CONTEXT_LIMIT', '500'],
    ['ACME_DIRECTORY_URL', 'letsencrypt'],
    ['ACME_EMAIL', 'ops'],
    ['ACME_EAB_HMAC_KEY', 'hunter2'],
    ['SHIPMATE_DNS_PROVIDER', 'bind'],
    ['S3_BUCKET', 'Back Ups'],
    ['S3_ENDPOINT', 's3.example.com'],
  ])('refuses %s=%s in one line with an example', (name, value) => {
    const message = messageOf({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name} is .+\\. Example: ${name}=.+$`));
    expect(message).not.toContain('hunter2');
  });

  it.each([
    [{ SHIPMATE_DNS_PROVIDER: 'cloudflare' }, /^CLOUDFLARE_API_TOKEN is needed with SHIPMATE_DNS_PROVIDER=cloudflare/],
    [{ ACME_EAB_KID: 'kid-1' }, /^ACME_EAB_HMAC_KEY is needed with ACME_EAB_KID/],
    [{ ACME_EAB_HMAC_KEY: 'hunter2hunter2hunter2hunter2' }, /^ACME_EAB_KID is needed with ACME_EAB_HMAC_KEY/],
    [{ S3_ENDPOINT: 'https://s3.example.com' }, /^S3_BUCKET is needed .*Example: S3_BUCKET=/],
    [{ S3_BUCKET: 'backups', S3_SECRET_ACCESS_KEY: 'hunter2' }, /^S3_ACCESS_KEY_ID is needed with S3_BUCKET/],
    [{ S3_BUCKET: 'backups', S3_ACCESS_KEY_ID: 'AKIA' }, /^S3_SECRET_ACCESS_KEY is needed with S3_BUCKET/],
  ])('refuses what is set by halves: %j', (env, problem) => {
    expect(messageOf(env)).toMatch(problem);
    expect(messageOf(env)).not.toContain('hunter2');
  });

  it('gives examples that are accepted', () => {
    const shell = variables.SHIPMATE_SECRET_KEY.example;
    const examples = Object.entries(variables).map(([name, { example }]) => [name, example === shell ? key : example]);
    expect(messageOf(Object.fromEntries(examples) as Record<string, string>)).toBe('accepted');
  });

  it('reads keys, amounts and URLs', () => {
    const config = loadConfig({
      SHIPMATE_SECRET_KEY: `${key}, ${otherKey}`,
      SHIPMATE_TRUSTED_PROXIES: '10.0.0.1, fd00::/8',
      SHIPMATE_CLONE_TIMEOUT: '90s',
      SHIPMATE_CONTEXT_LIMIT: '2G',
      SHIPMATE_PUBLIC_URL: 'https://ship.example.com/',
    });
    expect(config.trustedProxies).toEqual(['10.0.0.1', 'fd00::/8']);
    expect(config.secretKeys).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 8)]);
    expect(config.deployments.cloneTimeoutMs).toBe(90_000);
    expect(config.deployments.contextLimitBytes).toBe(2 * 1024 ** 3);
    expect(config.publicUrl).toBe('https://ship.example.com');
  });

  it.each<[boolean, string, Record<string, string>]>([
    [true, 'an address of the ingress’s port', {}],
    [
      true,
      'the ingress’s port named',
      { SHIPMATE_INGRESS_HTTPS_PORT: '8443', SHIPMATE_PUBLIC_URL: 'https://a.example:8443' },
    ],
    [false, 'another port than the ingress’s', { SHIPMATE_INGRESS_HTTPS_PORT: '8443' }],
    [false, 'plain HTTP', { SHIPMATE_PUBLIC_URL: 'http://ship.example.com' }],
    [false, 'an address without a name', { SHIPMATE_PUBLIC_URL: 'https://203.0.113.5' }],
    [false, 'a name that no authority knows', { SHIPMATE_PUBLIC_URL: 'https://localhost' }],
    [false, 'a proxy in front', { SHIPMATE_TRUSTED_PROXIES: '127.0.0.1' }],
    [true, 'a proxy in front of the ingress', { SHIPMATE_TRUSTED_PROXIES: '10.0.0.1', SHIPMATE_PUBLIC_INGRESS: 'on' }],
    [false, 'no wish for it', { SHIPMATE_PUBLIC_INGRESS: 'off' }],
  ])('has the ingress serve Shipmate: %s for %s', (expected, _, env) => {
    expect(loadConfig({ SHIPMATE_PUBLIC_URL: 'https://ship.example.com', ...env }).publicIngress).toBe(expected);
  });

  it('refuses to have the ingress serve what has no certificate', () => {
    expect(messageOf({ SHIPMATE_PUBLIC_INGRESS: 'on' })).toBe(
      'SHIPMATE_PUBLIC_URL with `https` and a host name is needed with SHIPMATE_PUBLIC_INGRESS=on. Example: SHIPMATE_PUBLIC_URL=https://ship.example.com',
    );
  });

  it('has its table in the documentation (node scripts/generate-docs.ts)', async () => {
    const docs = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8');
    expect(docs).toBe(configurationDocs());
  });
});
