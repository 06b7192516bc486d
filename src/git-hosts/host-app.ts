import type { GitHostError } from './api.ts';
import type { Fetch } from './transport.ts';
import type { FailedDelivery } from './api.ts';

/** Rights at the host by name, e.g. `contents: read`. */
export type AppPermissions = Record<string, string>;

/** What an app proves itself with; made by the host. */
export interface AppIdentity {
  /** Address of the server on the web: `https://github.com`. */
  server: string;
  /** The host's id of the app. */
  number: string;
  /** PEM. */
  privateKey: string;
}

/** An app that a host has just made, with all its secrets. */
export interface CreatedApp {
  number: string;
  slug: string;
  name: string;
  /** Whose it is: an organization or a person. */
  owner: string;
  clientId: string;
  clientSecret: string;
  privateKey: string;
  webhookSecret: string;
}

/** Where an app is installed. */
export interface AppInstallation {
  number: string;
  /** Organization or person whose repositories it reaches. */
  account: string;
  accountType: string;
  /** All repositories of the account, or those that were selected. */
  selection: 'all' | 'selected';
  permissions: AppPermissions;
  /** The app's name in addresses, which its owner may change; undefined where the host leaves it out. */
  appSlug?: string | undefined;
  suspendedAt: Date | null;
}

/** What people did to an installation; `other` is what Shipmate need not tell of. */
export type InstallationChange = 'installed' | 'suspended' | 'unsuspended' | 'granted' | 'added' | 'removed' | 'other';

/** A repository, as an event of an installation names it. */
export interface InstalledRepository {
  name: string;
  /** The host's own id, which stays when it is renamed. */
  id: string | undefined;
}

/** What happened to an installation, as a verified delivery tells it. */
export type InstallationEvent =
  | {
      action: 'present';
      /** In the host's words. */
      what: string;
      change: InstallationChange;
      app: string;
      installation: AppInstallation;
      /** Those that were added or removed, or that it was made for; null where the host does not list them. */
      repositories: InstalledRepository[] | null;
    }
  | { action: 'deleted'; app: string; number: string; account: string };

/** A token of an installation. */
export interface AppToken {
  token: string;
  expiresAt: Date;
}

/** A repository that an installation reaches. */
export interface ReachedRepository {
  /** e.g. `acme/api` */
  name: string;
  cloneUrl: string;
  isPrivate: boolean;
  defaultBranch: string;
}

export interface TokenRequest {
  /** Number of the installation. */
  installation: string;
  /** `acme/api`; the token reaches no other (default: all that the installation reaches). */
  repository?: string;
  permissions: AppPermissions;
}

/** The API of a host for an app itself. Every method throws a `GitHostError`. */
export interface HostAppApi {
  installations(): Promise<AppInstallation[]>;
  /** Undefined when the app is not installed for the repository, or it is none. */
  installationOf(repository: string): Promise<AppInstallation | undefined>;
  createToken(request: TokenRequest): Promise<AppToken>;
  /** Deliveries that did not arrive and were tried a few times at most, the oldest first. */
  failedDeliveries(): Promise<FailedDelivery[]>;
  /** Where its webhook leads. */
  hookUrl(): Promise<string>;
  setHook(hook: { url: string; secret: string }): Promise<void>;
  /** Has the host send one again. */
  redeliver(delivery: FailedDelivery): Promise<void>;
}

export interface AppApiOptions {
  /** Address of the API, without a trailing `/`. */
  baseUrl: string;
  fetch: Fetch;
}

/** Speaks to the API of a host about apps, through its client library. */
export interface HostAppAdapter {
  /** The API of a server. */
  address(server: string): string;
  /** Proves that Shipmate is the app; lasts some minutes. */
  sign(identity: Pick<AppIdentity, 'number' | 'privateKey'>, now: Date): Promise<string>;
  connect(options: AppApiOptions & { proof: string }): HostAppApi;
  /** Exchanges the code that the host sends after an app was created from a manifest; once, within an hour. */
  convert(options: AppApiOptions & { code: string }): Promise<CreatedApp>;
  /** The repositories that a token reaches, a page of 100 at a time, up to `most`. */
  repositories(options: AppApiOptions & { token: string; most: number }): Promise<ReachedRepository[]>;
}

/** What a git host that has apps adds. */
export interface HostApps {
  /** How people write it, e.g. `GitHub App`. */
  title: string;
  /** The server unless people name another. */
  server: string;
  /** First words of the commands, e.g. `github app`. */
  command: string;
  /** What git needs, and what statuses, comments and deployments need. */
  permissions: { clone: AppPermissions; api: AppPermissions };
  /** Form that makes an app from a manifest. */
  creationUrl(server: string, organization: string | undefined): string;
  manifest(place: { publicUrl: string; redirectUrl: string }): object;
  /** Page to install it. */
  installUrl(app: { server: string; slug: string }): string;
  /** Page to select the repositories of an installation. */
  installationUrl(server: string, installation: Pick<AppInstallation, 'account' | 'accountType' | 'number'>): string;
  /** Page to change or delete the app. */
  settingsUrl(app: { server: string; slug: string; owner: string; isOrganization: boolean }): string;
  loadApi(): Promise<HostAppAdapter>;
}

/** Rights that Shipmate uses and an account has not granted, e.g. `checks: read`. */
export function missingRights(wanted: HostApps['permissions'], granted: AppPermissions): string[] {
  return Object.entries({ ...wanted.clone, ...wanted.api })
    .filter(([name, level]) => granted[name] !== level && granted[name] !== 'write')
    .map(([name, level]) => `${name}: ${level}`)
    .sort();
}

/** Why a host refuses a token, in the words of all hosts. */
export type TokenRefusal = 'unknown app' | 'clock' | 'suspended' | 'uninstalled' | 'not selected' | undefined;

export function tokenRefusalOf({ message, status }: Pick<GitHostError, 'message' | 'status'>): TokenRefusal {
  if (status === 401) return /\bclaim\b|'(?:iat|exp)'/i.test(message) ? 'clock' : 'unknown app';
  if (status === 403 && /suspended/i.test(message)) return 'suspended';
  if (status === 404) return 'uninstalled';
  return status === 422 ? 'not selected' : undefined;
}
