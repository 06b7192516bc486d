import { resolve } from 'node:path';
import { z } from 'zod';
import {
  base64Url,
  baseImages,
  count,
  dockerHost,
  domain,
  hostPaths,
  image,
  listenAddress,
  logLevel,
  logLevels,
  percents,
  period,
  port,
  proxies,
  registry,
  secretKeys,
  size,
  text,
  url,
} from './config-decoders.ts';
import { chatVariables } from './config-chat-platforms.ts';
import { variable } from './config-variable.ts';
import { databaseVariables } from './config-database-variables.ts';
import { deploymentVariables } from './config-deployment-variables.ts';
import { storageVariables } from './config-storage-variables.ts';
import { traceVariables } from './config-trace-variables.ts';
import { logFormats } from './log-format.ts';
import { anyOf } from './word-lists.ts';

/** Everything Shipmate reads from the environment; docs/configuration.md is made from it. */
export const variables = {
  ...databaseVariables,
  SHIPMATE_DATA_DIR: variable(
    text.prefault('./data').transform((path) => resolve(path)),
    {
      meaning: 'Folder for the embedded database, the key file and the checkouts.',
      preset: './data',
      example: '/var/lib/shipmate/data',
    },
  ),
  SHIPMATE_HOST: variable(text.prefault('127.0.0.1'), {
    meaning: 'Address the HTTP listener binds to.',
    preset: '127.0.0.1',
    example: '0.0.0.0',
  }),
  SHIPMATE_PORT: variable(port.prefault('8080'), {
    meaning: 'Port of the HTTP listener; 0 picks a free one.',
    preset: '8080',
    example: '8080',
  }),
  SHIPMATE_PUBLIC_URL: variable(url.optional(), {
    meaning: 'URL at which git hosts and people reach Shipmate.',
    preset: 'from host and port',
    example: 'https://ship.example.com',
  }),
  SHIPMATE_PUBLIC_INGRESS: variable(z.enum(['on', 'off'], 'is neither on nor off').optional(), {
    meaning:
      'Whether the ingress serves `SHIPMATE_PUBLIC_URL`, with a certificate. If it is not set: when the URL is `https` on the port of the ingress, and `SHIPMATE_TRUSTED_PROXIES` is not set. See docs/operation.md.',
    preset: 'from the URL',
    example: 'off',
  }),
  SHIPMATE_METRICS_ADDRESS: variable(listenAddress.optional(), {
    meaning:
      'Separate address and port for `/metrics`, open to anybody who reaches it. Without it, `/metrics` needs a token except on this machine. See docs/monitoring.md.',
    preset: 'none',
    example: '10.0.0.5:9464',
  }),
  ...traceVariables,
  SHIPMATE_TRUSTED_PROXIES: variable(proxies.optional(), {
    meaning:
      'Addresses and networks of the proxies in front of Shipmate, separated by commas: `X-Forwarded-For` is trusted only from them. See docs/operation.md.',
    preset: 'none',
    example: '127.0.0.1,10.0.0.0/8',
  }),
  SHIPMATE_SECRET_KEY: variable(secretKeys.optional(), {
    meaning: '32 bytes in base64. To rotate, list several, separated by commas: the first encrypts, all decrypt.',
    preset: 'made once, kept in the data folder with mode 0600',
    example: '"$(openssl rand -base64 32)"',
  }),
  SHIPMATE_LOG_LEVEL: variable(logLevel.prefault('info'), {
    meaning: `${anyOf(logLevels)}.`,
    preset: 'info',
    example: 'debug',
  }),
  SHIPMATE_LOG_FORMAT: variable(z.enum(logFormats, `is none of ${logFormats.join(', ')}`).prefault('json'), {
    meaning: `What a line of the log looks like: ${anyOf(logFormats)}. See docs/operation.md.`,
    preset: 'json',
    example: 'logfmt',
  }),
  SHIPMATE_LOG_FILE: variable(text.transform((path) => resolve(path)).optional(), {
    meaning: 'File for the log, in place of standard error; rotated at 20 MB; the last ten are kept.',
    preset: 'standard error',
    example: '/var/log/shipmate/shipmate.log',
  }),
  DOCKER_HOST: variable(dockerHost.optional(), {
    meaning: 'The Docker Engine, as for the Docker CLI.',
    preset: 'the local socket',
    example: 'unix:///run/docker.sock',
  }),
  SHIPMATE_BASE_DOMAIN: variable(domain.prefault('localhost'), {
    meaning: 'Every application with a port is served at `<app>.<project>.<base domain>`.',
    preset: 'localhost',
    example: 'apps.example.com',
  }),
  SHIPMATE_INGRESS_HTTP_PORT: variable(port.prefault('80'), {
    meaning: 'Host port of the ingress for HTTP.',
    preset: '80',
    example: '8081',
  }),
  SHIPMATE_INGRESS_HTTPS_PORT: variable(port.prefault('443'), {
    meaning: 'Host port of the ingress for HTTPS.',
    preset: '443',
    example: '8443',
  }),
  SHIPMATE_INGRESS_IMAGE: variable(image.prefault('caddy:2'), {
    meaning: 'Caddy image of the ingress.',
    preset: 'caddy:2',
    example: 'registry.example.com/caddy:2',
  }),
  SHIPMATE_GATEWAY_IMAGE: variable(image.prefault('node:24-alpine'), {
    meaning: 'Image with Node 24 that runs the gateways of databases with a domain.',
    preset: 'node:24-alpine',
    example: 'registry.example.com/node:24',
  }),
  SHIPMATE_REGISTRY: variable(registry.optional(), {
    meaning: 'Registry that images are pushed to and nodes pull from; needed for more than one node.',
    preset: '',
    example: 'registry.example.com:5000',
  }),
  SHIPMATE_REGISTRY_USERNAME: variable(text.optional(), {
    meaning:
      'User name at `SHIPMATE_REGISTRY`; needs the password. Without it, the login of `docker login` on this host is used.',
    preset: '',
    example: 'shipmate',
  }),
  SHIPMATE_REGISTRY_PASSWORD: variable(text.optional(), {
    meaning: 'Password or token of that user; Swarm passes both to the nodes that pull.',
    preset: '',
    example: 'dckr_pat_...',
  }),
  ...deploymentVariables,
  SHIPMATE_HOST_PATHS: variable(hostPaths.optional(), {
    meaning:
      'Paths on the nodes that compose files may mount, with everything below them, separated by commas; an admin then allows each application its own (`grants`). `/var/run/docker.sock` gives control over the node.',
    preset: 'none',
    example: '/srv/media,/var/run/docker.sock',
  }),
  SHIPMATE_LOCAL_REPOSITORIES: variable(text.transform((path) => resolve(path)).optional(), {
    meaning:
      'Local folder whose git repositories may be deployed, by path or `file://`; never those in the data folder. See docs/operation.md.',
    preset: 'local repositories are refused',
    example: '/srv/git',
  }),
  SHIPMATE_CONTEXT_LIMIT: variable(size.prefault('500M'), {
    meaning: 'Size limit of the build context.',
    preset: '500M',
    example: '2G',
  }),
  SHIPMATE_BUILD_CACHE: variable(size.prefault('10G'), {
    meaning:
      "Size of the Engine's build cache after the nightly retention, which removes what has not been used for the longest time. Data that images share with it does not count.",
    preset: '10G',
    example: '30G',
  }),
  SHIPMATE_BASE_IMAGES: variable(baseImages.optional(), {
    meaning:
      'Images that builders start from in place of the public ones, as `name=image` separated by commas; `{version}` is what the repository asks for. See docs/builders.md.',
    preset: 'the public ones',
    example: 'node=registry.example.com/node:{version}-slim,caddy=registry.example.com/caddy:2',
  }),
  SHIPMATE_RETENTION_DEPLOYMENTS: variable(period.prefault('90d'), {
    meaning: 'How long deployment logs stay in the database before they are archived. See docs/schedules.md.',
    preset: '90d',
    example: '180d',
  }),
  SHIPMATE_RETENTION_DEPLOYMENT_LOGS: variable(period.prefault('30d'), {
    meaning: 'How long log lines with their times are kept; the text stays with the deployment.',
    preset: '30d',
    example: '14d',
  }),
  SHIPMATE_RETENTION_AUDIT: variable(period.prefault('365d'), {
    meaning: 'How long months of the audit log stay in the database before they are archived.',
    preset: '365d',
    example: '730d',
  }),
  SHIPMATE_RETENTION_RECORDS: variable(period.prefault('30d'), {
    meaning: 'How long webhook deliveries, used link codes and delivered notifications are kept.',
    preset: '30d',
    example: '7d',
  }),
  SHIPMATE_RETENTION_IMAGES: variable(count(1).prefault('5'), {
    meaning: 'Number of versions per application whose images are kept for rollbacks.',
    preset: '5',
    example: '10',
  }),
  SHIPMATE_DISK_THRESHOLDS: variable(percents.prefault('80,90'), {
    meaning: 'Disk usage in percent at which routes get a warning, and at which they get `danger`.',
    preset: '80,90',
    example: '70,85',
  }),
  ACME_DIRECTORY_URL: variable(url.prefault('https://acme-v02.api.letsencrypt.org/directory'), {
    meaning: 'Certificate authority that issues certificates (RFC 8555).',
    preset: 'Let’s Encrypt',
    example: 'https://acme-staging-v02.api.letsencrypt.org/directory',
  }),
  ACME_EMAIL: variable(z.email('is not an e-mail address').optional(), {
    meaning: 'Address the authority may write to.',
    preset: '',
    example: 'ops@example.com',
  }),
  ACME_CA_FILE: variable(text.transform((path) => resolve(path)).optional(), {
    meaning: 'PEM file of the root that signed the authority’s own certificate; for tests and private authorities.',
    preset: '',
    example: '/etc/ssl/private-ca.pem',
  }),
  ACME_EAB_KID: variable(text.optional(), {
    meaning: 'Key id for external account binding, from the authority.',
    preset: '',
    example: 'kid-1',
  }),
  ACME_EAB_HMAC_KEY: variable(base64Url.optional(), {
    meaning: 'HMAC key for external account binding, in base64url; needed with `ACME_EAB_KID`.',
    preset: '',
    example: 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W',
  }),
  SHIPMATE_DNS_PROVIDER: variable(z.enum(['cloudflare'], 'is none of cloudflare').optional(), {
    meaning: 'DNS provider of the domains; needed for wildcard certificates.',
    preset: '',
    example: 'cloudflare',
  }),
  CLOUDFLARE_API_TOKEN: variable(text.optional(), {
    meaning: 'API token with the permissions Zone Read and DNS Edit; needed with `SHIPMATE_DNS_PROVIDER=cloudflare`.',
    preset: '',
    example: 'v1.0-…',
  }),
  CLOUDFLARE_API_URL: variable(url.prefault('https://api.cloudflare.com/client/v4'), {
    meaning: 'Cloudflare’s API, for tests.',
    preset: 'https://api.cloudflare.com/client/v4',
    example: 'http://127.0.0.1:9002/client/v4',
  }),
  ...storageVariables,
  ...chatVariables,
};
