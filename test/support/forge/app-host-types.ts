import type { KeyObject } from 'node:crypto';
import type { Manifest } from './app-manifest.ts';

export interface KeptApp {
  id: number;
  slug: string;
  owner: string;
  pem: string;
  publicKey: KeyObject;
  webhookSecret: string;
  /** Where its webhook leads. */
  hookUrl: string;
  clientSecret: string;
  manifest: Manifest;
}

export interface KeptInstallation {
  id: number;
  app: number;
  account: string;
  selection: 'all' | 'selected';
  repositories: string[];
  permissions: Record<string, string>;
  suspended: boolean;
}

export interface IssuedToken {
  token: string;
  installation: number;
  /** Undefined: all of the installation. */
  repositories: string[] | undefined;
  permissions: Record<string, string>;
  expires: number;
}

/** A server of GitHub on loopback, as far as apps go. It refuses what the real one refuses. */
export interface AppHost extends AsyncDisposable {
  url: string;
  apps: KeptApp[];
  installations: KeptInstallation[];
  tokens: IssuedToken[];
  /** Deliveries of the app's webhook, the oldest first; `status` is 0 when nobody answered. */
  attempts: { id: number; guid: string; status: number }[];
  sentAgain: number[];
  deployments: { id: number; repository: string; body: Record<string, unknown> }[];
  deploymentStatuses: { deployment: number; body: Record<string, unknown> }[];
  statuses: { repository: string; body: Record<string, unknown> }[];
  comments: string[];
  /** Requests to the API, e.g. `GET /app/installations`. */
  log: string[];
  /** Whether its version has `/app/hook/config`. */
  hasHookConfig: boolean;
  /** How long tokens last, milliseconds. */
  tokenMs: number;
  /** How much later its clock is, milliseconds. */
  clockMs: number;
  now(): number;
  /** Every request to the API is answered like this until it is undefined again. */
  answer: Answer | undefined;
  /** Fills the form of the page that posts a manifest; returns where the browser is sent, with code and state. */
  submit(action: string, manifest: string): Promise<URL>;
  /** What its webhook sends about an installation. */
  installationPayload(action: string, installation: KeptInstallation): object;
  install(app: KeptApp, over?: Partial<KeptInstallation>): KeptInstallation;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
