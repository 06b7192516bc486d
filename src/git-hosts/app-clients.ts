import { GitHostError } from './api.ts';
import type {
  AppIdentity,
  AppInstallation,
  CreatedApp,
  HostAppAdapter,
  HostAppApi,
  ReachedRepository,
} from './host-app.ts';
import { hostApps } from './registry.ts';
import { type Fetch, withTransport } from './transport.ts';

/** The APIs of git hosts about apps. */
export interface HostAppApis {
  open(identity: AppIdentity): HostAppApi;
  /** @throws {GitHostError} when the code was used or is too old. */
  convert(server: string, code: string): Promise<CreatedApp>;
  /** @throws {GitHostError} */
  repositories(server: string, token: string, most: number): Promise<ReachedRepository[]>;
}

interface AppClientsOptions {
  /** How long one answer may take, milliseconds (default 5 000: a push waits for it). */
  timeoutMs?: number;
  now?: () => Date;
}

export function appClients({ now = () => new Date(), timeoutMs = 5_000 }: AppClientsOptions = {}): HostAppApis {
  async function ask<T>(
    server: string,
    secret: string,
    work: (adapter: HostAppAdapter, options: { baseUrl: string; fetch: Fetch }) => Promise<T>,
  ): Promise<T> {
    const adapter = await hostApps.loadApi();
    const baseUrl = adapter.address(server);
    return withTransport({ token: secret, timeoutMs }, (fetch) => work(adapter, { baseUrl, fetch }));
  }

  return {
    open(identity) {
      async function call<T>(work: (api: HostAppApi) => Promise<T>): Promise<T> {
        const { sign } = await hostApps.loadApi();
        const proof = await signed(sign, identity, now());
        return ask(identity.server, proof, (adapter, options) => work(adapter.connect({ ...options, proof })));
      }
      return {
        installations: () => call((api) => api.installations()),
        installationOf: (repository) => call<AppInstallation | undefined>((api) => api.installationOf(repository)),
        createToken: (request) => call((api) => api.createToken(request)),
        failedDeliveries: () => call((api) => api.failedDeliveries()),
        hookUrl: () => call((api) => api.hookUrl()),
        setHook: (hook) => call((api) => api.setHook(hook)),
        redeliver: (delivery) => call((api) => api.redeliver(delivery)),
      };
    },
    convert: (server, code) => ask(server, code, (adapter, options) => adapter.convert({ ...options, code })),
    repositories: (server, token, most) =>
      ask(server, token, (adapter, options) => adapter.repositories({ ...options, token, most })),
  };
}

async function signed(sign: HostAppAdapter['sign'], identity: AppIdentity, now: Date): Promise<string> {
  try {
    return await sign(identity, now);
  } catch {
    // The library's message may hold parts of the key.
    throw new GitHostError('its private key cannot be read', { refused: true });
  }
}
