import type { GitProvider } from '../entities/git-provider.ts';
import type { RenewableToken } from './app-tokens.ts';
import type { KnownPlace } from './clone-url.ts';
import type { HostPerson } from './change-request.ts';

/** `error` is for a cancelled deployment, which says nothing about the commit. */
export type CommitState = 'pending' | 'success' | 'failure' | 'error';

export interface CommitStatus {
  state: CommitState;
  /** Name of the status among others, e.g. `shipmate/shop/api`. */
  context: string;
  /** Cut to what every host takes. */
  description: string;
  targetUrl: string;
}

/** A check of a commit, e.g. by CI. */
export interface CommitCheck {
  name: string;
  state: 'pending' | 'success' | 'failure';
}

/** What keeps a webhook from telling about pushes. The secret cannot be read, so it is only known whether there is one. */
export type WebhookFault = 'events' | 'inactive' | 'format' | 'secret';

/** A webhook as the host has it. */
export interface HostWebhook {
  /** In the host's format. */
  id: string;
  url: string;
  faults: readonly WebhookFault[];
}

/** A webhook as it should be; its events and format are the host's business. */
export interface WantedWebhook {
  url: string;
  secret: string;
}

export interface WantedDeployKey {
  title: string;
  /** Public key in the format of OpenSSH. It only reads. */
  key: string;
}

/** A delivery that its host could not hand over. */
export interface FailedDelivery {
  /** The host's id of the last attempt. */
  id: string;
}

/** Webhooks and deploy keys of a repository; `repository` as webhooks name it. Every method throws a `GitHostError`. */
export interface RepositoryAdministration {
  webhooks(repository: string): Promise<HostWebhook[]>;
  /** @returns the id that the host gives it. */
  createWebhook(repository: string, wanted: WantedWebhook): Promise<string>;
  /** Events that others added stay. @returns its id, which may be a new one. */
  updateWebhook(repository: string, id: string, wanted: WantedWebhook): Promise<string>;
  removeWebhook(repository: string, id: string): Promise<void>;
  /** @returns the id that the host gives it. */
  addDeployKey(repository: string, wanted: WantedDeployKey): Promise<string>;
  removeDeployKey(repository: string, id: string): Promise<void>;
  /**
   * Deliveries of a webhook that have not arrived and were tried a few times at most, the oldest first; undefined where the
   * host keeps no list, or none that it sends again from.
   */
  failedDeliveries(repository: string, hook: string): Promise<FailedDelivery[] | undefined>;
  /** Has the host send a delivery again; it arrives a little later, under the same delivery id. */
  redeliver(repository: string, hook: string, delivery: FailedDelivery): Promise<void>;
  /** Resolves when the token may read the repository. */
  readRepository(repository: string): Promise<void>;
}

/** What an environment shows of a deployment. */
export type HostDeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** A version on its way to an environment. */
export interface HostDeployment {
  commit: string;
  /** e.g. `production`, or `preview/42`, which ends with its request. */
  environment: string;
  isPreview: boolean;
}

export interface HostDeploymentReport {
  state: HostDeploymentState;
  /** Cut to what every host takes. */
  description: string;
  logUrl: string;
  /** Where it is to be seen. */
  url?: string;
}

/** Environments of a repository. */
interface EnvironmentApi {
  /** @returns the id that the host gives it; undefined where the host has no environments. */
  createDeployment(repository: string, deployment: HostDeployment): Promise<string | undefined>;
  reportDeployment(repository: string, id: string, report: HostDeploymentReport): Promise<void>;
}

/** Of a host without environments. */
export const hasNoEnvironments: EnvironmentApi = {
  createDeployment: async () => undefined,
  reportDeployment: async () => undefined,
};

/** The API of a git host. Every method throws a `GitHostError`. */
export interface GitHostApi extends RequestApi, RepositoryAdministration, EnvironmentApi {
  /** Replaces the status of the same context. `repository` as webhooks name it, e.g. `acme/api`. */
  setStatus(repository: string, commit: string, status: CommitStatus): Promise<void>;
  /** The latest state of each check, Shipmate's own included. */
  checksOf(repository: string, commit: string): Promise<CommitCheck[]>;
}

/** What can be done about the pull or merge requests of a repository. */
export interface RequestApi {
  /** Whether somebody may push to the repository. */
  mayPush(repository: string, person: HostPerson): Promise<boolean>;
  /** Comments on a request, in Markdown; returns the comment's id. */
  addComment(repository: string, number: number, text: string): Promise<string>;
  /** Replaces the text of a comment. */
  editComment(repository: string, number: number, id: string, text: string): Promise<void>;
}

/** The clone URL, and what else is known, tell where the API is. */
export interface GitHostAccess extends KnownPlace {
  provider: GitProvider;
  cloneUrl: string;
  /** That people gave, or that an app gets for a while. */
  token: string | RenewableToken;
}

export interface GitHostApis {
  open(access: GitHostAccess): GitHostApi;
}

/** The host did not do what it was asked; the message names no secret. */
export class GitHostError extends Error {
  override name = 'GitHostError';
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** It will not do it the next time either, e.g. because the token lacks a right. */
  readonly refused: boolean;
  /** What a status does not tell. */
  readonly reason: 'sso' | undefined;
  /** How long the host wants to be left alone, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    details: { status?: number; refused?: boolean; reason?: 'sso'; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.status = details.status;
    this.refused = details.refused ?? false;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}
