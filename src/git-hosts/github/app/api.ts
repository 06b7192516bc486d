import { Octokit } from '@octokit/rest';
import githubAppJwt from 'universal-github-app-jwt';
import { z } from 'zod';
import { ownerAndName } from '../../adapter.ts';
import { GitHostError } from '../../api.ts';
import type { AppApiOptions, HostAppAdapter, HostAppApi } from '../../host-app.ts';
import { userAgent } from '../../../version.ts';
import { api as repositoryApi } from '../api.ts';
import { failedAmong, firstPages } from '../deliveries.ts';
import { Installation, toInstallation } from './installation.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The library dates a proof 30 s back and lets it last ten minutes, GitHub's maximum. 30 s more for clocks that differ. */
const skewSeconds = 30;
/** Pages of 100 installations. */
const mostInstallationPages = 10;

/** @see https://docs.github.com/en/rest/apps */
export const api: HostAppAdapter = {
  address: (server) => repositoryApi.address(`${server}/`) ?? server,
  async sign({ number, privateKey }, now) {
    const seconds = Math.floor(now.getTime() / 1_000);
    const { token } = await githubAppJwt({ id: Number(number), privateKey, now: seconds - skewSeconds });
    return token;
  },
  connect: ({ proof, ...options }) => appApi(octokitFor(options, proof)),
  async convert({ code, ...options }) {
    const { data } = await octokitFor(options).rest.apps.createFromManifest({ code });
    const app = Created.parse(data);
    return {
      number: String(app.id),
      slug: app.slug,
      name: app.name,
      owner: app.owner.login,
      clientId: app.client_id,
      clientSecret: app.client_secret,
      privateKey: app.pem,
      webhookSecret: app.webhook_secret,
    };
  },
  async repositories({ most, token, ...options }) {
    const octokit = octokitFor(options, token);
    const list = octokit.rest.apps.listReposAccessibleToInstallation;
    const found = [];
    for await (const { data } of octokit.paginate.iterator(list, { per_page: 100 })) {
      for (const one of data) {
        const { clone_url: cloneUrl, default_branch: defaultBranch, full_name: name, private: isPrivate } = one;
        found.push({ name, cloneUrl, isPrivate, defaultBranch });
      }
      if (found.length >= most) break;
    }
    return found.slice(0, most);
  },
};

const Created = z.object({
  id: z.number().int(),
  slug: z.string().min(1).max(100),
  name: z.string().max(255),
  owner: z.object({ login: z.string().max(100) }),
  client_id: z.string().max(100),
  client_secret: z.string().min(1),
  pem: z.string().min(1),
  webhook_secret: z.string().min(1),
});

function octokitFor({ baseUrl, fetch }: AppApiOptions, auth?: string): Octokit {
  return new Octokit({ ...(auth && { auth }), baseUrl, userAgent, log: silent, request: { fetch } });
}

function appApi(octokit: Octokit): HostAppApi {
  const { apps } = octokit.rest;
  return {
    async installations() {
      const pages = octokit.paginate.iterator(apps.listInstallations, { per_page: 100 });
      const all = await firstPages<unknown>(pages, mostInstallationPages);
      return all.map((one) => toInstallation(Installation.parse(one)));
    },
    async installationOf(repository) {
      const [owner, repo] = ownerAndName(repository);
      try {
        const { data } = await apps.getRepoInstallation({ owner, repo });
        return toInstallation(Installation.parse(data));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async createToken({ installation, permissions, repository }) {
      const { data } = await apps.createInstallationAccessToken({
        installation_id: Number(installation),
        permissions,
        ...(repository !== undefined && { repositories: [ownerAndName(repository)[1]] }),
      });
      return { token: data.token, expiresAt: new Date(data.expires_at) };
    },
    failedDeliveries: () => failedAmong(octokit.paginate.iterator(apps.listWebhookDeliveries, { per_page: 100 })),
    async hookUrl() {
      const { data } = await apps.getWebhookConfigForApp();
      return data.url ?? '';
    },
    async setHook({ secret, url }) {
      // The library's own method takes `url` for the address to send the request to, with the proof of the app.
      await octokit.request('PATCH /app/hook/config', { data: { url, secret, content_type: 'json' } });
    },
    async redeliver({ id }) {
      await apps.redeliverWebhookDelivery({ delivery_id: Number(id) });
    },
  };
}

/** The transport interrupts the library with the host's own answer. */
function isMissing(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : { cause: undefined };
  return [error, cause].some((one) => one instanceof GitHostError && one.status === 404);
}
